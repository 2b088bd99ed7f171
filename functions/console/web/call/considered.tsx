import type { Hop } from '../../../explain/follow.ts';
import { plain } from '../fate.ts';
import { shownTime } from '../time.ts';
import { has, listed, t } from '../words.ts';

type Seen = Hop['considered'][number];
type Condition = Seen['conditions'][number];

/** Every rule that was looked at, in order: whether it held, and which condition did not. */
export function Considered(props: {
  readonly hop: Hop;
  readonly at: number;
  readonly zone: string;
}) {
  const { hop, at, zone } = props;
  if (hop.considered.length === 0) return <p>{t('considered-none')}</p>;
  return (
    <ol class="considered">
      {hop.considered.map((seen, i) => {
        const missing = seen.conditions.filter(({ held }) => !held);
        return (
          <li key={i} class={seen.held ? 'held' : ''}>
            <span aria-hidden="true">{seen.held ? '✓' : '✗'}</span> <b>{seen.rule}</b>{' '}
            <span class="hint">{t(`layer-${seen.layer}`)}</span>{' '}
            {seen.held ? t('held') : missing.length === 0 ? t('not-held') : t('not-held-because')}
            {missing.length > 0 && (
              <ul>
                {missing.map((one, j) => (
                  <li key={j}>{conditionText(one, at, zone)}</li>
                ))}
              </ul>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function conditionText(
  { condition, value, because, missed }: Condition,
  at: number,
  zone: string,
): string {
  const values = (Array.isArray(value) ? value : [value]).map((one) =>
    condition === 'when' ? t(`trigger-${one}`) : instant(condition, one, zone),
  );
  const name = `condition-${condition}`;
  const text = t(has(name) ? name : 'condition-other', {
    condition,
    value: listed(values, 'disjunction'),
    time: shownTime(at, zone),
    zone,
  });
  const parts = (missed ?? []).flat().map(({ part, value }) => t(`missed-${part}`, { value }));
  const more = [...new Set([...parts, ...(because ?? [])])];
  return more.length === 0 ? text : `${text} (${more.join('; ')})`;
}

/** Conditions on time are stored as instants. */
function instant(condition: string, value: unknown, zone: string): string {
  const at = condition === 'from' || condition === 'until' ? Date.parse(String(value)) : Number.NaN;
  return Number.isNaN(at) ? plain(String(value)) : shownTime(at, zone);
}

/** Targets that were not used, and why. */
export function Dropped({ dropped }: { readonly dropped: Hop['dropped'] }) {
  if (dropped.length === 0) return null;
  return (
    <>
      <p>{t('dropped')}</p>
      <ul>
        {dropped.map(({ target, why }, i) => (
          <li key={i}>
            {t(has(`drop-${why}`) ? `drop-${why}` : 'drop-other', { target: plain(target), why })}
          </li>
        ))}
      </ul>
    </>
  );
}
