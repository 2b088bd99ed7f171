import { type Remembered, rememberedBy } from './keys.ts';

/** An item of the table as its stream tells it, as far as it is read here. */
export type Image = Readonly<
  Record<string, { readonly S?: string; readonly N?: string; readonly BOOL?: boolean } | undefined>
>;

/** A change as its history entry tells it, without what was changed. */
export interface Change {
  /** `phone`: of a subscriber's phone settings, and of nothing else of them. */
  readonly kind: Remembered['kind'] | 'phone';
  readonly domain?: string;
  readonly user?: string;
  readonly peer?: string;
  /** That it gave. */
  readonly version: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly who: string;
  readonly action: 'put' | 'delete';
}

/**
 * The change that a new item tells of. A restore gives a table the history that it had: such an entry
 * is of a change that was told when it was made.
 *
 * @returns undefined where the item is none of a history, or a copy
 * @throws {TypeError} where it is a history's and not as this project writes them
 */
export function changeIn(item: Image): Change | undefined {
  const of = rememberedBy(item.pk?.S ?? '');
  if (of === undefined || item.copied?.BOOL === true) return undefined;
  const version = Number(item.version?.N);
  const { at, who, action, part } = item;
  if (!(version > 0) || Number.isNaN(Date.parse(at?.S ?? '')) || who?.S === undefined) {
    throw new TypeError(`an entry of a history of kind ${of.kind} is not readable`);
  }
  return {
    ...of,
    ...(of.kind === 'subscriber' && part?.S === 'phone' && { kind: 'phone' as const }),
    version,
    at: at?.S ?? '',
    who: who.S,
    action: action?.S === 'delete' ? 'delete' : 'put',
  };
}
