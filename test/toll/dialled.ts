import { elements, parseXml } from '../dialects/xml.ts';

/**
 * What a system is told to call instead of the called user, as URIs, read from the body of its answer
 * as the system reads it; nothing where it is not told to divert. `/v1/route` and the dialects have
 * their names, the domain is what stands for one where there is none.
 */
export function dialledIn(dialect: string, body: string, domain: string): string[] {
  const reader = READERS[dialect];
  if (reader === undefined) throw new Error(`nobody reads ${dialect}`);
  return reader(body).map((one) => withDomain(one, domain));
}

const READERS: Readonly<Record<string, (body: string) => string[]>> = {
  route: contactsOf,
  feature: contactsOf,
  kamailio: contactsOf,
  drachtio: (body) => JSON.parse(body).data?.contact ?? [],
  freeswitch: (body) =>
    elements(parseXml(body), 'action').flatMap((action) => {
      const data = action.getAttribute('data') ?? '';
      switch (action.getAttribute('application')) {
        case 'redirect':
          return [data];
        case 'bridge':
          return dialStrings(data);
        case 'execute_extension':
          return [data.split(' ')[0] ?? ''];
        default:
          return [];
      }
    }),
  asterisk: (body) => {
    const answer = new URLSearchParams(body);
    // Dial() takes what stands behind a channel's name, several behind `&` (app_dial.c).
    const planned = (answer.get('plan') ?? '').split('|').flatMap((leg) => {
      const strings = leg.split('^')[2];
      return strings === undefined ? [] : strings.split('&');
    });
    return [
      ...answer.getAll('contact'),
      ...planned.map((one) => one.replace(/^PJSIP\/\w*\/?/, '')),
    ];
  },
  curri: (body) => {
    if (body === '') return [];
    const obligation = elements(parseXml(body), 'AttributeValue')[0]?.textContent ?? '';
    return elements(parseXml(obligation), 'destination').map((one) => one.textContent ?? '');
  },
  jambonz: (body) =>
    JSON.parse(body).flatMap((verb: JambonzVerb) =>
      // With a hook it is the called user who is called, to be asked about again.
      verb.verb !== 'dial' || verb.actionHook !== undefined
        ? []
        : (verb.target ?? []).map(({ sipUri, name, number }) => sipUri ?? name ?? number ?? ''),
    ),
  twilio: (body) =>
    elements(parseXml(body), 'Dial')
      .filter((dial) => !dial.hasAttribute('action'))
      .flatMap((dial) => elements(dial, 'Sip').map((sip) => sip.textContent ?? '')),
  chime: (body) =>
    JSON.parse(body).Actions.flatMap(({ Parameters }: ChimeAction) =>
      (Parameters?.Endpoints ?? []).map(({ Uri }) => Uri),
    ),
};

/** Who rings by a dial string, without what the operator's variables say of the way there. */
function dialStrings(data: string): string[] {
  return data
    .replace(/\[[^\]]*\]/g, '')
    .split(/,|\||:_:/)
    .map((one) => one.replace(/\$\{divert_dial_\w+\}/, ''));
}

interface JambonzVerb {
  readonly verb: string;
  readonly actionHook?: string;
  readonly target?: readonly { sipUri?: string; name?: string; number?: string }[];
}
interface ChimeAction {
  readonly Parameters?: { readonly Endpoints?: readonly { readonly Uri: string }[] };
}

/** The Contacts of the native answer, and those that an edge calls by itself. */
function contactsOf(body: string): string[] {
  const { contacts = [], follow } = JSON.parse(body);
  const followed = (follow?.legs ?? []).flatMap((leg: { branches: { contact?: string }[] }) =>
    leg.branches.flatMap(({ contact }) => contact ?? []),
  );
  return [...contacts, ...followed];
}

/** Systems that take a number or an address take it as of the domain. */
function withDomain(called: string, domain: string): string {
  if (/^<?sips?:/i.test(called)) return called;
  return called.includes('@') ? `sip:${called}` : `sip:${called}@${domain}`;
}
