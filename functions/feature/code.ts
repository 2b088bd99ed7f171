import type { FeatureCode, Features } from '../decide/model.ts';
import { PHONE_FEATURES, type PhoneFeature } from '../rules/phone-settings.ts';
import { isNumber } from '../sip/user.ts';

/** What a dialled feature code asks for. */
export type FeatureRequest =
  | {
      readonly does: 'set';
      readonly features: readonly PhoneFeature[];
      /** As dialled; undefined where what follows the code is none. */
      readonly number: string | undefined;
      /** Seconds of ringing before no answer. */
      readonly after?: number;
    }
  | {
      /** On again, off, forgotten, or only asked for. */
      readonly does: 'resume' | 'stop' | 'forget' | 'ask';
      readonly features: readonly PhoneFeature[];
    }
  | { readonly does: 'dnd'; readonly on: boolean };

/**
 * Reads what was dialled, the whole of it: a code, a number where it takes one, and the `#` with
 * which people end such things. Undefined where it is no code of the domain.
 */
export function readCode(
  dialled: string,
  { codes, mmi }: Pick<Features, 'codes' | 'mmi'>,
): FeatureRequest | undefined {
  for (const feature of PHONE_FEATURES) {
    const on = after(dialled, codes[`${feature}-on`]);
    if (on === '') return { does: 'resume', features: [feature] };
    if (on !== undefined) {
      return { does: 'set', features: [feature], number: isNumber(on) ? on : undefined };
    }
    if (after(dialled, codes[`${feature}-off`]) === '') {
      return { does: 'stop', features: [feature] };
    }
  }
  if (after(dialled, codes['dnd-on']) === '') return { does: 'dnd', on: true };
  if (after(dialled, codes['dnd-off']) === '') return { does: 'dnd', on: false };
  return mmi ? readMmi(dialled) : undefined;
}

/** What follows a code, without the final `#`; undefined where that is not what was dialled. */
function after(dialled: string, code: FeatureCode | string | undefined): string | undefined {
  if (code === undefined) return undefined;
  // A code may end in the # that people leave out.
  if (`${dialled}#` === code) return '';
  return dialled.startsWith(code) ? dialled.slice(code.length).replace(/#$/, '') : undefined;
}

/** Service codes of call forwarding: 3GPP TS 22.030 annex B. */
const SERVICES: Readonly<Record<string, readonly PhoneFeature[]>> = {
  '21': ['always'],
  '67': ['busy'],
  '61': ['no-answer'],
  '62': ['unreachable'],
  '002': PHONE_FEATURES,
  '004': ['busy', 'no-answer', 'unreachable'],
};

/** `**SC*NUMBER*BS*T#`, `*SC#`, `#SC#`, `##SC#` and `*#SC#`: TS 22.030 §6.5.2, §6.5.3.1. */
const MMI =
  /^(\*\*|\*#|##|\*|#)(21|67|61|62|002|004)(?:\*(\+?\d+)(?:\*(?:\d{0,2})(?:\*(\d{1,3})?)?)?)?#?$/;

function readMmi(dialled: string): FeatureRequest | undefined {
  const [, prefix = '', service = '', number, seconds] = MMI.exec(dialled) ?? [];
  const features = SERVICES[service];
  if (features === undefined) return undefined;
  if (number === undefined) {
    const does = { '*': 'resume', '#': 'stop', '##': 'forget', '*#': 'ask' } as const;
    return prefix === '**' ? undefined : { does: does[prefix as keyof typeof does], features };
  }
  if (prefix !== '**' && prefix !== '*') return undefined;
  if (seconds === undefined) return { does: 'set', features, number };
  return features.includes('no-answer')
    ? { does: 'set', features, number, after: Number(seconds) }
    : undefined;
}
