import type { Follow, RouteRequest } from '../../functions/decide/decision.ts';
import type { Missed, RuleSeen } from '../../functions/decide/trace.ts';
import { ladderOf } from '../../functions/explain/call-ladder.ts';
import { DROP_TEXT } from '../../functions/explain/drop-text.ts';
import type { Explanation } from '../../functions/explain/explain.ts';
import type { Hop, RulesVersion } from '../../functions/explain/follow.ts';
import { didYouMean } from '../../functions/rules/source/fault.ts';
import { shownInstant } from './instant.ts';
import { drawLadder } from './ladder.ts';
import type { Paint } from './terminal.ts';

/** An explanation as people read it: what it comes to, why, and the call drawn as a ladder. */
export function explanationText(
  request: RouteRequest,
  explanation: Explanation,
  peer: string,
  paint: Paint,
): string {
  const { journey, ends, ...first } = explanation;
  const hops: readonly Hop[] = journey ?? [{ requestUri: request.requestUri, ...first }];
  const lines = hops.flatMap((hop) => [...hopLines(hop, paint), '']);
  if (ends) {
    const status = ends.status === undefined ? '' : ` ${ends.status}`;
    lines.push(
      `Ends: ${paint('bold', `${ends.how}${status}`)} at ${withoutToken(ends.requestUri)}`,
      '',
    );
  }
  lines.push(...drawLadder(ladderOf(request, hops, peer, ends)));
  return `${lines.join('\n')}\n`;
}

const COLOURS = { redirect: 'green', continue: 'cyan', reject: 'red' } as const;

function* hopLines(hop: Hop, paint: Paint) {
  const { requestUri, decision, considered, dropped, timezone } = hop;
  const { action, status, reason, rule, ringSeconds, contacts = [], headers = [] } = decision;
  const what = [action, status, reason].filter((part) => part !== undefined).join(' ');
  yield `${withoutToken(requestUri)}: ${paint(COLOURS[action], what)}${rule === undefined ? '' : ` by rule ${paint('bold', rule)}`}`;
  yield* aboutLines(hop, paint);
  if (ringSeconds !== undefined) yield `  asks again when it has rung for ${ringSeconds} s`;
  for (const contact of contacts) yield `  Contact: ${contact}`;
  for (const header of headers) yield `  ${header}`;
  if (decision.follow) yield* followLines(decision.follow);
  if (considered.length > 0) yield '  Rules, in order:';
  for (const seen of considered) yield `    ${ruleLine(seen, paint, timezone)}`;
  if (dropped.length > 0) yield '  Targets not used:';
  for (const { target, why } of dropped)
    yield `    ${paint('red', '✗')} ${target}: ${DROP_TEXT[why]}`;
}

/** Who was called, when, and by which rules it was decided. */
function* aboutLines({ called, at, timezone, rules, before }: Hop, paint: Paint) {
  if (at !== undefined) yield `  At ${shownInstant(Date.parse(at), timezone)}`;
  if (called && called.user === undefined) {
    const meant = called.nearest === undefined ? '' : didYouMean(called.nearest);
    yield `  ${paint('red', `'${called.dialled}' is no subscriber`)}${meant}`;
  }
  const versions = [
    rules?.subscriber && versionText(`of ${called?.user}`, rules.subscriber, timezone),
    rules?.policy && versionText('of the domain', rules.policy, timezone),
  ].filter((text) => text !== undefined);
  for (const text of versions) yield `  Rules ${text}`;
  if (before !== undefined) {
    const { action, status, rule } = before;
    const what = [action, status].filter((part) => part !== undefined).join(' ');
    const by = rule === undefined ? '' : ` by rule ${paint('bold', rule)}`;
    yield `  ${paint('red', 'The INVITE is decided already')}: ${what}${by}, so that the phone would not ring`;
  }
}

/** Undefined where there are no versions: in files. */
function versionText(
  of: string,
  { version, since, who, from }: RulesVersion,
  timezone: string | undefined,
): string | undefined {
  if (version === 0) return undefined;
  const change =
    since === undefined
      ? ''
      : `, since ${shownInstant(Date.parse(since), timezone)} by ${who} (${from})`;
  return `${of}: version ${version}${change}`;
}

/** What the edge calls itself, a line for each leg. */
function* followLines({ legs }: Follow) {
  yield '  The edge calls these itself:';
  for (const [index, { ringSeconds, branches }] of legs.entries()) {
    const called = branches.map((branch) =>
      'self' in branch ? "the called user's own phones" : withoutToken(branch.contact),
    );
    const limit = ringSeconds === undefined ? '' : `, for ${ringSeconds} s`;
    yield `    ${index + 1}. ${called.join(' and ')}${limit}`;
    for (const branch of branches) {
      if ('self' in branch) continue;
      const { from, assertedIdentity } = branch;
      if (assertedIdentity) yield `       P-Asserted-Identity: ${assertedIdentity}`;
      if (from) yield `       From: ${from}`;
    }
  }
}

function ruleLine(
  { rule, layer, held, conditions }: RuleSeen,
  paint: Paint,
  timezone: string | undefined,
): string {
  const seen = conditions.map((one) => {
    const { condition, value, because, missed = [] } = one;
    const entries = because === undefined ? '' : ` [${because.join('; ')}]`;
    const isTime = condition === 'from' || condition === 'until';
    const shown = isTime
      ? shownInstant(Date.parse(String(value)), timezone)
      : Array.isArray(value)
        ? value.join(', ')
        : String(value);
    const text = `${condition} ${shown}${entries}`;
    if (one.held) return text;
    const windows = missed.map((parts) => parts.map(missedText).join(' and '));
    return paint('red', `${text}: no${windows.length > 0 ? `, ${windows.join(' / ')}` : ''}`);
  });
  const sign = held ? paint('green', '✓') : paint('red', '✗');
  return `${sign} ${layer}: ${rule}${seen.length > 0 ? ` (${seen.join('; ')})` : ''}`;
}

/** Which part of a schedule's window does not hold. */
function missedText({ part, value }: Missed): string {
  switch (part) {
    case 'days':
      return `outside its days ${value}`;
    case 'hours':
      return `outside its hours ${value}`;
    case 'on':
      return `not on ${value}`;
    case 'except':
      return `on ${value}, which it excepts`;
  }
}

/** The loop token tells a person nothing. */
export const withoutToken = (uri: string): string => uri.replace(/;dv=[^;>?]*/i, '');
