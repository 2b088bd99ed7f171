import type { PhoneFeature, PhoneSettings } from '../rules/phone-settings.ts';

const WHEN: Readonly<Record<PhoneFeature, string>> = {
  always: 'Forwarding',
  busy: 'Forwarding when busy',
  'no-answer': 'Forwarding on no answer',
  unreachable: 'Forwarding when unreachable',
};

/** Some of a subscriber's settings, short enough for a phone's display. */
export function settingsInWords(
  settings: PhoneSettings,
  features: readonly PhoneFeature[],
): string {
  const said = new Map<string, PhoneFeature[]>();
  for (const feature of features) {
    const state = stateOf(settings[feature]);
    said.set(state, [...(said.get(state) ?? []), feature]);
  }
  const [[only] = []] = [...said];
  if (said.size === 1 && only !== undefined && features.length > 1) {
    return `${features.length === 4 ? 'All forwarding' : 'Conditional forwarding'}${only}`;
  }
  return features.map((feature) => WHEN[feature] + stateOf(settings[feature])).join(', ');
}

function stateOf(setting: PhoneSettings[PhoneFeature]): string {
  if (setting === undefined) return ' is off';
  const { to, active, until } = setting;
  if (!active) return ' is off';
  return ` to ${to} is on${until === undefined ? '' : ` until ${until.replace('T', ' ')}`}`;
}
