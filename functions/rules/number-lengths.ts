import type { DialPlan } from '../decide/model.ts';
import { entriesOf } from './entries.ts';
import { readNumber } from './numbering/number.ts';
import { lengthsFor } from './numbering/numbering-plan.ts';
import type { RulesDocument } from './schema/document.ts';
import { pointerTo, quoted, type Report } from './source/fault.ts';
import type { WithoutFaults } from './source/without-faults.ts';

type Document = WithoutFaults<RulesDocument>;
type Rules = Document['first'];

/**
 * Warns of numbers by which somebody is known or called, and which are too long or too short for any
 * of their country: mostly a digit is missing, and the rule never holds. A target like that is none.
 */
export function warnOfLengths(
  { groups, first, finally: last, templates, subscribers }: Document,
  plan: DialPlan | undefined,
  warn: Report,
): void {
  const each = (source: string | readonly (string | undefined)[] | undefined, at: string): void => {
    for (const { value, pointer } of entriesOf<string>(source, at)) {
      const doubt = lengthDoubt(value.replace(/^not\s+/, ''), plan);
      if (doubt !== undefined) warn(pointer, doubt);
    }
  };
  const rules = (source: Rules, at: string): void => {
    for (const [i, rule] of (source ?? []).entries()) {
      each(rule?.callers, `${at}/${i}/callers`);
      each(rule?.called, `${at}/${i}/called`);
    }
  };
  for (const [name, members] of Object.entries(groups ?? {})) {
    each(members, pointerTo('/groups', name));
  }
  rules(first, '/first');
  rules(last, '/finally');
  for (const [name, one] of Object.entries(templates ?? {})) {
    rules(one?.rules, `${pointerTo('/templates', name)}/rules`);
  }
  for (const [name, one] of Object.entries(subscribers ?? {})) {
    const at = pointerTo('/subscribers', name);
    each(one?.aliases, `${at}/aliases`);
    rules(one?.rules, `${at}/rules`);
  }
}

/** ITU-T E.164 §6.1 and each country's plan; undefined where the text is no number of that kind. */
function lengthDoubt(text: string, plan: DialPlan | undefined): string | undefined {
  const written = readNumber(text, plan);
  if (typeof written !== 'object' || !written.number.startsWith('+')) return undefined;
  const { number } = written;
  const known = lengthsFor(number);
  if (known === undefined)
    return `${quoted(text)}: no country has a code that ${number} begins with`;
  const { code, lengths } = known;
  const [digits, shortest, longest] = [number.length - 1 - code.length, lengths[0], lengths.at(-1)];
  if (shortest === undefined || longest === undefined || lengths.includes(digits)) return undefined;
  const is =
    digits < shortest
      ? 'too short'
      : digits > longest
        ? 'too long'
        : 'of a length that no number has';
  return `${quoted(text)} is ${is}: after +${code} there are ${inWords(lengths)} digits, here ${digits}`;
}

/** `7 to 10`, `9`, `8 or 10`. */
function inWords(lengths: readonly number[]): string {
  const [first, last] = [lengths[0], lengths.at(-1)];
  if (lengths.length > 2 && (last ?? 0) - (first ?? 0) === lengths.length - 1) {
    return `${first} to ${last}`;
  }
  return lengths.join(' or ');
}
