import { type Signal, useSignal } from '@preact/signals';
import type { Answered, PhoneSettings } from '../api.ts';
import { type Change, useChange } from '../change.ts';
import type { Load } from '../loading.tsx';
import { type PhonePatch, patchPhone, type Who } from './settings.ts';

/** A change of phone settings that is under way, or how the last one went. */
export interface Saving extends Pick<Change, 'busy' | 'failed'> {
  readonly saved: Signal<boolean>;
  /** Sends a change of what is shown. */
  readonly save: (patch: PhonePatch) => Promise<void>;
  /** Sends the last one again: no harm where it was done and only its answer was lost. */
  readonly again: () => Promise<void>;
}

export function useSaving(
  who: Who,
  load: Load<Answered<PhoneSettings>>,
  onSaved: () => unknown,
): Saving {
  const last = useSignal<PhonePatch>({});
  const { busy, failed, done, make } = useChange((failed) => {
    if (!failed) onSaved();
    // Somebody was faster: what they did is to be seen before anything is decided on it.
    return failed?.status === 412 ? load.again() : undefined;
  });
  const save = async (patch: PhonePatch): Promise<void> => {
    const etag = load.now.peek().value?.etag;
    if (etag === undefined) return;
    await make(async () => {
      last.value = patch;
      load.now.value = { value: await patchPhone(who, etag, patch), waiting: false };
    });
  };
  return { busy, failed, saved: done, save, again: () => save(last.peek()) };
}
