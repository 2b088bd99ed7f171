import { type Signal, useSignal } from '@preact/signals';
import { type Answered, type PhoneSettings, Refusal } from '../api.ts';
import type { Load } from '../loading.tsx';
import { type PhonePatch, patchPhone, type Who } from './settings.ts';

/** A change that is under way, or how the last one went. */
export interface Saving {
  readonly busy: Signal<boolean>;
  readonly failed: Signal<Refusal | undefined>;
  readonly saved: Signal<boolean>;
  /** Sends a change of what is shown; a second one waits until the first is answered. */
  readonly save: (patch: PhonePatch) => Promise<void>;
  /** Sends the last one again: no harm where it was done and only its answer was lost. */
  readonly again: () => Promise<void>;
}

export function useSaving(
  who: Who,
  load: Load<Answered<PhoneSettings>>,
  onSaved: () => unknown,
): Saving {
  const busy = useSignal(false);
  const failed = useSignal<Refusal | undefined>(undefined);
  const saved = useSignal(false);
  const last = useSignal<PhonePatch>({});

  const save = async (patch: PhonePatch): Promise<void> => {
    const etag = load.now.peek().value?.etag;
    if (busy.peek() || etag === undefined) return;
    busy.value = true;
    failed.value = undefined;
    saved.value = false;
    last.value = patch;
    try {
      load.now.value = { value: await patchPhone(who, etag, patch), waiting: false };
      saved.value = true;
      onSaved();
    } catch (error) {
      failed.value = error instanceof Refusal ? error : new Refusal(undefined, String(error));
      // Somebody was faster: what they did is to be seen before anything is decided on it.
      if (failed.value.status === 412) await load.again();
    } finally {
      busy.value = false;
    }
  };
  return { busy, failed, saved, save, again: () => save(last.peek()) };
}
