import type { FeatureCode } from '../decide/model.ts';
import { PHONE_FEATURES, type PhoneFeature } from '../provision/phone-settings.ts';
import { isNumber } from '../sip/user.ts';

/** What a dialled feature code asks for. */
export type Wish =
  | { readonly feature: PhoneFeature; readonly on: false }
  /** `number` as dialled; undefined where none, or none that is one, follows the code. */
  | { readonly feature: PhoneFeature; readonly on: true; readonly number: string | undefined };

/**
 * Reads what was dialled: a code, a number where it takes one, and the `#` with which people end
 * such things. Undefined where it is no code of the domain.
 */
export function readCode(
  dialled: string,
  codes: Readonly<Record<FeatureCode, string>>,
): Wish | undefined {
  for (const feature of PHONE_FEATURES) {
    for (const on of [true, false]) {
      const code = codes[`${feature}-${on ? 'on' : 'off'}`];
      if (!dialled.startsWith(code)) continue;
      const rest = dialled.slice(code.length).replace(/#$/, '');
      if (on) return { feature, on, number: isNumber(rest) ? rest : undefined };
      if (rest === '') return { feature, on: false };
    }
  }
  return undefined;
}
