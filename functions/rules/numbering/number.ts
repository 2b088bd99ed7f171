import type { DialPlan } from '../../decide/model.ts';
import { canonicalNumber } from '../../decide/numbers.ts';
import { isNumber, stripSeparators } from '../../sip/user.ts';
import { quoted } from '../source/fault.ts';
import { withoutTrunkPrefix } from './numbering-plan.ts';

/** A number in its canonical spelling, or why the text is none although it is meant as one. */
export type WrittenNumber = { readonly number: string } | string;

/**
 * A number as people write it, spaces included (ITU-T E.123); undefined where the text is meant
 * as something else. Spaces may stand only in what is one E.164 number: two extensions with a space
 * between them must not become a number.
 */
export function readNumber(text: string, plan: DialPlan | undefined): WrittenNumber | undefined {
  const closed = withoutSpaces(text);
  if (!isNumber(closed)) return nearNumberFault(text, closed, plan);
  const fault = trunkZeroFault(text);
  if (fault !== undefined) return fault;
  const number = canonicalNumber(closed, plan);
  if (number.startsWith('+')) {
    const misread = misreadFault(text, number);
    if (misread !== undefined) return misread;
  }
  const isOne = closed === text || (/^\+\d{1,15}$/.test(number) && isDialledAsOne(closed, plan));
  if (isOne) return { number };
  const dialled = stripSeparators(closed);
  const whole = /^\+?[\d*#]{1,15}$/.test(dialled) ? `"${dialled}", or ` : '';
  return `${quoted(text)} has spaces, which only a number like "+49 30 765432" may have: write ${whole}each number by itself`;
}

/** Without a plan, digits alone may as well be extensions. */
function isDialledAsOne(closed: string, plan: DialPlan | undefined): boolean {
  return plan !== undefined || /^\(*(?:\+|00)/.test(closed);
}

/**
 * The digits that E.164 numbers begin with, after `+`, or why there are none; undefined where the
 * text is meant as something else.
 */
export function readPrefix(text: string): WrittenNumber | undefined {
  const number = stripSeparators(withoutSpaces(text));
  if (!/^\+\d{0,15}$/.test(number)) return undefined;
  return trunkZeroFault(text) ?? { number };
}

/** A text that people mean as a number although it is none, and what to write. */
function nearNumberFault(
  text: string,
  closed: string,
  plan: DialPlan | undefined,
): string | undefined {
  const fault = trunkZeroFault(text);
  if (fault !== undefined && /^\+?[\d().\-/]+$/.test(closed)) return fault;
  const extension = /^(\+?[\d().-]{6,}?)(?:x|ext\.?|;ext=)\d{1,6}$/i.exec(closed)?.[1];
  if (extension !== undefined && isNumber(extension)) {
    const number = canonicalNumber(extension, plan);
    return `${quoted(text)} ends in an extension, which no call can dial: write "${number}", or the number of the extension itself`;
  }
  // Names have no / or \\ beside digits alone.
  if (!/^[+\d().\-/\\]{6,}$/.test(closed)) return undefined;
  const number = readNumber(closed.replace(/[/\\]/g, ''), plan);
  if (number === undefined) return undefined;
  return typeof number === 'string'
    ? number
    : `${quoted(text)} is no number as it stands: write "${number.number}"`;
}

/** An E.164 number that a gateway would read as another one. */
function misreadFault(text: string, number: string): string | undefined {
  const digits = number.replace(/\D/g, '');
  if (number !== `+${digits}`) {
    // Several numbers in one text are told as such.
    if (/\p{Zs}/u.test(text)) return undefined;
    return `${quoted(text)} is no number: after "+" there are only digits: write "+${digits}" if that is meant`;
  }
  const mended = withoutTrunkPrefix(number);
  if (mended === undefined || mended === number) return undefined;
  return `${quoted(text)} has the prefix of national calls after the country code: write "${mended}"`;
}

/** The zero of `+49 (0)30` is dialled inside the country only: with both, it is another number. */
function trunkZeroFault(text: string): string | undefined {
  const closed = withoutSpaces(text);
  if (closed.indexOf('(0)') < 1) return undefined;
  const number = stripSeparators(closed.replace('(0)', '').replaceAll('/', ''));
  return `${quoted(text)} has "(0)", which is not dialled with a country code: write "${number}"`;
}

const withoutSpaces = (text: string): string => text.replace(/\p{Zs}/gu, '');
