import { ladderOf } from '../../../explain/call-ladder.ts';
import { explain, type Told } from '../call/ask.ts';
import { Considered, Dropped } from '../call/considered.tsx';
import { LadderView } from '../call/ladder.tsx';
import { Moment } from '../call/moment.tsx';
import { type Asked, OUTCOMES, type Outcome, type Question, requestFor } from '../call/question.ts';
import { decisionText } from '../call/result.ts';
import { getForecast } from '../forecast.ts';
import { Loaded, useLoad } from '../loading.tsx';
import type { Who } from '../phone/settings.ts';
import { link, place, stay } from '../place.ts';
import { t } from '../words.ts';

/** A call to a person, tried or found: where it goes or went, and why, and what if it were another. */
export function CallPage({ who, self }: { readonly who: Who; readonly self: boolean }) {
  const zone = useLoad(
    `zone ${who.user}@${who.domain}`,
    async () => (await getForecast(who)).timezone,
  );
  return (
    <>
      <h1>{t('call-title', { user: who.user })}</h1>
      <Loaded load={zone}>{(value) => <Call {...{ who, self }} zone={value} />}</Loaded>
    </>
  );
}

function Call({
  who,
  self,
  zone,
}: {
  readonly who: Who;
  readonly self: boolean;
  readonly zone: string;
}) {
  const { path, query } = place.value;
  const outcome = outcomeIn(query.get('outcome'));
  const question: Question = {
    caller: query.get('from') ?? '',
    dialled: query.get('to') ?? '',
    at: Date.parse(query.get('at') ?? '') || roundedNow(),
    outcome,
  };
  const change = (next: Readonly<Record<string, string>>): void => {
    const { found: _, ...kept } = Object.fromEntries(query);
    stay(link(path, { ...kept, at: new Date(question.at).toISOString(), ...next }));
  };
  const found = query.get('found');
  // As it was found, until somebody asks what if.
  const body: Asked = found
    ? { ...JSON.parse(found), ...(!self && { follow: true }) }
    : requestFor(who, question, !self);
  const load = useLoad(JSON.stringify(body), () => explain(who, body));
  return (
    <>
      <Moment
        at={question.at}
        zone={zone}
        pick={(at) => change({ at: new Date(at).toISOString() })}
      />
      <label>
        {t('call-from')}{' '}
        <input
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={question.caller}
          onChange={(event) => change({ from: event.currentTarget.value })}
        />
      </label>{' '}
      <label>
        {t('call-outcome')}{' '}
        <select
          value={outcome}
          onChange={(event) => change({ outcome: event.currentTarget.value })}
        >
          {Object.keys(OUTCOMES).map((name) => (
            <option key={name} value={name}>
              {t(`outcome-${name}`)}
            </option>
          ))}
        </select>
      </label>
      <Loaded load={load}>
        {(told) => <Explained told={told} body={body} at={question.at} zone={zone} />}
      </Loaded>
    </>
  );
}

function Explained(props: {
  readonly told: Told;
  readonly body: Asked;
  readonly at: number;
  readonly zone: string;
}) {
  const { told, body, at, zone } = props;
  return (
    <>
      {told.approximate && <p class="hint">{t('call-approximate')}</p>}
      {told.hops.map((hop, i) => (
        <section key={i} aria-labelledby={`hop-${i}`}>
          <h2 id={`hop-${i}`} aria-live={i === 0 ? 'polite' : undefined}>
            {decisionText(hop)}
          </h2>
          {hop.before && hop.before.action !== 'continue' && (
            <p>{t('call-before', { rule: hop.before.rule ?? '' })}</p>
          )}
          <Considered hop={hop} at={at} zone={hop.timezone ?? zone} />
          <Dropped dropped={hop.dropped} />
        </section>
      ))}
      <h2>{t('ladder')}</h2>
      <LadderView ladder={ladderOf(body, told.hops, t('ladder-edge'), told.ends)} />
    </>
  );
}

const outcomeIn = (text: string | null): Outcome =>
  text !== null && text in OUTCOMES ? (text as Outcome) : 'always';

/** To the minute, so that the same question stays the same. */
const roundedNow = (): number => Math.floor(Date.now() / 60_000) * 60_000;
