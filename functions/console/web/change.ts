import { type Signal, useSignal } from '@preact/signals';
import { type Refusal, refusalOf } from './api.ts';

/** A change of what a page shows: whether it is under way, or how the last one went. */
export interface Change {
  readonly busy: Signal<boolean>;
  readonly failed: Signal<Refusal | undefined>;
  readonly done: Signal<boolean>;
  /** Makes one. While another is under way nothing is sent, so that two taps are one change. */
  readonly make: (change: () => Promise<unknown>) => Promise<void>;
}

/** @param after what the page has to do then, e.g. load again what was changed, or was not */
export function useChange(after: (failed: Refusal | undefined) => unknown): Change {
  const busy = useSignal(false);
  const failed = useSignal<Refusal | undefined>(undefined);
  const done = useSignal(false);
  const make = async (change: () => Promise<unknown>): Promise<void> => {
    if (busy.peek()) return;
    busy.value = true;
    failed.value = undefined;
    done.value = false;
    try {
      await change();
      done.value = true;
    } catch (error) {
      failed.value = refusalOf(error);
    }
    await after(failed.peek());
    busy.value = false;
  };
  return { busy, failed, done, make };
}
