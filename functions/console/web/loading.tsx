import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { type Refusal, refusalOf } from './api.ts';
import { session } from './session.ts';
import { has, t } from './words.ts';

/** What is being asked for: the last answer stays while it is asked for again. */
export interface Loading<T> {
  readonly value?: T;
  readonly failed?: Refusal;
  readonly waiting: boolean;
}

export interface Load<T> {
  readonly now: Signal<Loading<T>>;
  /** Asks again. */
  readonly again: () => Promise<void>;
}

/** Asks once for each `key`, and again when somebody has signed in anew. */
export function useLoad<T>(key: string, ask: () => Promise<T>): Load<T> {
  const now = useSignal<Loading<T>>({ waiting: true });
  const asked = useRef(0);
  const again = useCallback(async (): Promise<void> => {
    const turn = ++asked.current;
    now.value = { ...now.peek(), waiting: true };
    try {
      const value = await ask();
      if (turn === asked.current) now.value = { value, waiting: false };
    } catch (error) {
      if (turn === asked.current) {
        now.value = { ...now.peek(), failed: refusalOf(error), waiting: false };
      }
    }
  }, [key]);
  useEffect(() => {
    now.value = { waiting: true };
    void again();
  }, [key]);
  useSignalEffect(() => {
    const { state } = session.value;
    if (state === 'in' && now.peek().failed?.status === 401) void again();
  });
  return { now, again };
}

/** Shows what was loaded; before that, that it is being waited for, or why it did not come. */
export function Loaded<T>(props: {
  readonly load: Load<T>;
  /** What a 403 or 404 means here: that a deployment has it not, or not for everybody. */
  readonly off?: string;
  readonly children: (value: T) => ComponentChildren;
}): JSX.Element {
  const { value, failed, waiting } = props.load.now.value;
  if (props.off && (failed?.status === 403 || failed?.status === 404)) {
    return <p class="hint">{props.off}</p>;
  }
  return (
    <>
      {failed && <Failure failed={failed} again={props.load.again} />}
      {value !== undefined && props.children(value)}
      {value === undefined && waiting && (
        <p class="waiting" role="status">
          {t('waiting')}
        </p>
      )}
    </>
  );
}

/** Why something could not be done, in words. */
export function Failure(props: { readonly failed: Refusal; readonly again?: () => unknown }) {
  const { status, message } = props.failed;
  const name = `refused-${status ?? 'offline'}`;
  return (
    <div class="failure" role="alert">
      <p>{t(has(name) ? name : 'refused')}</p>
      {status !== undefined && status !== 401 && (
        <p class="detail" lang="en">
          {message}
        </p>
      )}
      {props.again && status !== 403 && status !== 404 && (
        <button type="button" onClick={props.again}>
          {t('try-again')}
        </button>
      )}
    </div>
  );
}
