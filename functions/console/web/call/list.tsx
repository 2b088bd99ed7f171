import { useSignal } from '@preact/signals';
import { plain } from '../fate.ts';
import { Loaded, useLoad } from '../loading.tsx';
import { shownTime } from '../time.ts';
import { listed, t } from '../words.ts';
import { instantOf, readWall, wallAt, written } from '../zone.ts';
import { type FoundCall, findCalls } from './found.ts';

/** Half of what is looked through: a person's "about half past five". */
const AROUND_MS = 30 * 60_000;

/** The calls of an hour around a time, each leading to why it went where it went. */
export function CallList(props: {
  readonly domain: string;
  readonly user?: string;
  readonly caller?: string;
  readonly zone: string;
  /** The page of a found call, of which this is said. */
  readonly linkTo: (call: FoundCall) => string;
}) {
  const { domain, user, caller, zone } = props;
  const at = useSignal(Math.floor(Date.now() / 60_000) * 60_000);
  const from = at.value - AROUND_MS;
  const to = at.value + AROUND_MS;
  const load = useLoad(JSON.stringify([domain, user, caller, from]), () =>
    findCalls({ domain, user, caller, from, to }),
  );
  return (
    <>
      <label>
        {t('calls-around', { zone })}{' '}
        <input
          type="datetime-local"
          value={written(wallAt(at.value, zone))}
          onChange={(event) => {
            const typed = readWall(event.currentTarget.value);
            if (typed) at.value = instantOf(typed, zone);
          }}
        />
      </label>
      <Loaded load={load} off={t('calls-off')}>
        {({ items, complete }) => (
          <>
            <p role="status">
              {items.length === 0 ? t('calls-none') : ''} {complete ? '' : t('calls-incomplete')}
            </p>
            <ol class="people">
              {items.map((call) => (
                <li key={`${call.decisionId} ${call.at}`}>
                  <a href={props.linkTo(call)}>{callText(call, zone)}</a>
                </li>
              ))}
            </ol>
          </>
        )}
      </Loaded>
      <p class="hint">{t('calls-hint')}</p>
    </>
  );
}

/** `Fri 27 Nov, 17:30 alice → bob 486 → carol by busy-to-carol` */
function callText(call: FoundCall, zone: string): string {
  const { at, caller = '?', called = call.dialled ?? '?', outcome, action, status, targets } = call;
  const to = listed((targets ?? []).map(plain), 'disjunction');
  return [
    `${shownTime(Date.parse(at), zone)}:`,
    `${plain(caller)} → ${plain(called)}`,
    outcome === undefined ? '' : String(outcome),
    action === 'redirect' ? `→ ${to}` : action === 'reject' ? `✗ ${status}` : '',
    call.rule === undefined ? '' : t('calls-by', { rule: call.rule }),
  ]
    .filter((part) => part !== '')
    .join(' ');
}
