import { identityOf } from '../decide/identity.ts';
import type { DialPlan, TargetPattern } from '../decide/model.ts';
import { readPrefix } from './numbering/number.ts';
import { NUMBER_CLASSES, rangesOfClass } from './numbering/numbering-plan.ts';
import { HOST } from './schema/document.ts';
import { quoted } from './source/fault.ts';
import { isUri, readUri } from './uri.ts';

/** What entries of `targets` are compiled with. */
export interface PatternContext {
  readonly domain: string;
  readonly country?: string | undefined;
  readonly plan?: DialPlan | undefined;
}

/**
 * One entry of `targets.deny`, or why it is none.
 *
 * @param reach the prefixes, with `+`, of what `allow` could reach
 */
export function compileDenied(
  text: string,
  reach: readonly string[],
  context: PatternContext,
): TargetPattern | string {
  const value = NUMBER_CLASSES.find((name) => name === text);
  if (value === undefined) return compilePattern(text, context);
  return { is: 'class', value, prefixes: rangesOfClass(value, reach, context.country) };
}

/** One entry of `targets.allow`, or why it is none. */
export function compilePattern(
  text: string,
  { domain, plan }: PatternContext,
): TargetPattern | string {
  if (NUMBER_CLASSES.includes(text as never)) {
    return `${quoted(text)} is a kind of numbers, which only targets.deny takes`;
  }
  if (text.startsWith('@')) {
    const host = text.slice(1);
    return HOST.test(host)
      ? { is: 'domain', value: host.toLowerCase() }
      : `${quoted(host)} is no host name`;
  }
  if (text.startsWith('ext:')) {
    const value = text.slice(4).toLowerCase();
    return /^[0-9x*#]{1,15}$/.test(value)
      ? { is: 'extension', value }
      : `${quoted(text)} must be ext: and a short number, x for any digit, like ext:1xxx`;
  }
  if (text.startsWith('+')) {
    const prefix = readPrefix(text);
    if (typeof prefix === 'string') return prefix;
    return prefix
      ? { is: 'prefix', value: prefix.number }
      : `${quoted(text)} must be the digits that numbers begin with, like +49`;
  }
  if (isUri(text)) {
    const uri = readUri(text);
    if (typeof uri === 'string') return `${quoted(text)} is no SIP address: ${uri}`;
    const value = identityOf(uri, { domain, hosts: [], plan });
    return value === undefined ? `${quoted(text)} names nobody` : { is: 'identity', value };
  }
  return `${quoted(text)} must be '@' and a host, '+' and digits, 'ext:' and a short number, or a SIP address`;
}

/** The E.164 prefixes, with `+`, of all that `allow` could admit; at another host that is any number. */
export function reachOf(allow: readonly TargetPattern[], domain: string): string[] {
  const prefixes = allow.flatMap((pattern) => {
    if (pattern.is === 'domain') return pattern.value === domain ? [] : ['+'];
    const isNumeric = pattern.is === 'prefix' || pattern.is === 'identity';
    return isNumeric && pattern.value.startsWith('+') ? [pattern.value] : [];
  });
  return prefixes.includes('+') ? ['+'] : prefixes;
}

/** Kinds of numbers that cost more than others, and that a prefix of `allow` admits beside them. */
export function costlyClasses(
  text: string,
  deny: readonly TargetPattern[],
  context: PatternContext,
): string | undefined {
  const pattern = compilePattern(text, context);
  if (typeof pattern === 'string' || pattern.is !== 'prefix') return undefined;
  const denied = (range: string, name: string): boolean =>
    deny.some(
      (one) =>
        (one.is === 'class' && one.value === name) ||
        (one.is === 'prefix' && range.startsWith(one.value)),
    );
  const admitted = NUMBER_CLASSES.flatMap((name) => {
    // Those are refused unless an entry of `allow` is inside their range.
    if (name === 'premium') return [];
    const ranges = rangesOfClass(name, [pattern.value], context.country).filter(
      // An entry inside a range was meant.
      (range) => !pattern.value.startsWith(range) && !denied(range, name),
    );
    const [first, second] = ranges;
    if (first === undefined) return [];
    const more = ranges.length > 1 ? `, ${second}${ranges.length > 2 ? ', …' : ''}` : '';
    return [`${name} (${first}${more})`];
  });
  if (admitted.length === 0) return undefined;
  return `${quoted(text)} admits numbers that cost more: ${admitted.join(', ')}; add them to targets.deny unless they are meant`;
}
