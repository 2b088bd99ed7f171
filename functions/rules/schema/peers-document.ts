import { HOST } from './document.ts';
import { choice, either, flag, type Infer, integer, list, named, object, text } from './schema.ts';

/** The peers document, `infra/peers.yaml`: SBCs and edge proxies that may ask. */

const prefix = (description: string) =>
  text({ pattern: /^\d{1,8}$/u, what: 'a text of digits like "00"', description });

const asInCountry = object(
  {
    country: text({
      pattern: /^[A-Z]{2}$/u,
      what: 'two capital letters of ISO 3166 like DE',
      description: 'ISO 3166 code of a country: numbers are dialled as there.',
      examples: ['DE', 'US'],
    }),
    bare: choice(['national', 'international'], {
      description:
        "What digits are that have no prefix and no '+', where a peer sends all numbers one way. Default: what the country's numbers say.",
    }),
  },
  { required: ['country'], description: 'As in a country.' },
);

const ownPlan = object(
  {
    countryCode: text({
      pattern: /^[1-9]\d{0,2}$/u,
      what: 'a text: a country calling code in quotes, like "49"',
      description: "Country calling code without '+', in quotes.",
      examples: ['49', '1'],
    }),
    international: list(prefix('What begins an international number.'), {
      max: 100,
      description: 'Prefixes that begin an international number. Default: "00".',
      examples: [['00'], ['011']],
    }),
    national: prefix('Prefix that begins a national number, if there is one: "0" in Germany.'),
    lengths: list(integer(2, 14), {
      min: 1,
      max: 13,
      description: 'How many digits national numbers have, without prefix.',
      examples: [[10], [8, 9, 10, 11]],
    }),
    bareNational: flag({
      description: 'National numbers are dialled without any prefix. Default: false.',
    }),
  },
  { required: ['countryCode', 'lengths'], description: 'A dial plan of its own.' },
);

const numbers = either(asInCountry, ownPlan, {
  isFirst: (value) => Object.hasOwn(value as object, 'country'),
  description: "How numbers are dialled at this peer. Default: as in the domain's country.",
});

export const peerShape = named(
  'peer',
  object(
    {
      name: text({
        pattern: /^[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?$/u,
        what: "a name of small letters, digits, '_', '.' and '-', at most 64 characters",
        description: 'What the peer is called in logs and commands.',
      }),
      domains: list(text({ pattern: HOST, what: 'the name of a SIP domain like example.com' }), {
        min: 1,
        description:
          'The SIP domains that it may ask for. The first is its default: for tel: numbers, and for hosts that are its own.',
        examples: [['example.com']],
      }),
      hosts: list(text({ max: 255 }), {
        description: 'Its own host names and addresses; they stand for its default domain.',
        examples: [['sbc.example.com', '192.0.2.10']],
      }),
      trunks: list(text({ max: 64 }), {
        description:
          'Source addresses, or CIDR blocks, whose callers are external whatever they say they are.',
        examples: [['198.51.100.7', '203.0.113.0/24']],
      }),
      trustIdentity: flag({
        default: true,
        description: 'Whether its P-Asserted-Identity is believed.',
      }),
      trustDiversion: either(
        flag({}),
        list(text({ max: 64 }), {
          description: 'Source addresses, or CIDR blocks, that are believed.',
          examples: [['198.51.100.7']],
        }),
        {
          isFirst: (value) => !Array.isArray(value),
          default: true,
          description:
            'Whether the names in Diversion and History-Info are believed, or from which addresses. Those that are not drop no target; how many they are counts all the same.',
        },
      ),
      psapCallbacks: list(text({ max: 64 }), {
        description:
          'Source addresses, or CIDR blocks, within trunks, from which an emergency centre calls back: "Priority: psap-callback" counts from there alone. Default: none.',
        examples: [['198.51.100.7']],
      }),
      numbers,
      headers: choice(['both', 'diversion', 'history-info', 'none'], {
        default: 'both',
        description: 'Which headers tell the next hop of the diversion.',
      }),
      divertedAs: choice(['dialled', 'aor', 'number'], {
        default: 'dialled',
        description:
          'How the diverting user is named there: as dialled, by their SIP address, or by their E.164 number.',
      }),
      hidden: choice(['anonymous', 'marked'], {
        default: 'anonymous',
        description:
          'How a subscriber with "privacy: full" is named there: not at all, or, inside a trust domain, by name and marked as private.',
      }),
      loopToken: flag({
        default: true,
        description:
          'Count diversions in a signed URI parameter (dv) too, for phones that drop the headers.',
      }),
      follow: object(
        {
          trunks: flag({ description: 'Calls from its trunks.' }),
          transports: list(
            choice(['udp', 'tcp', 'tls', 'ws', 'wss'], {
              description: 'How the caller is connected.',
            }),
            { description: 'How the caller is connected, one of them.', examples: [['ws', 'wss']] },
          ),
          userAgents: list(text({ max: 64 }), {
            max: 50,
            description: "What the caller's User-Agent has in it, in any case.",
            examples: [['JsSIP', 'SIP.js']],
          }),
        },
        {
          description:
            "Callers whose side does not follow a 302. If it says canFollow, the edge is told to call the targets itself. Default: nobody's.",
        },
      ),
      callerId: choice(['original', 'diverting', 'diverting-from'], {
        default: 'original',
        description:
          "Who is shown to numbers outside on calls that it diverts itself: the caller, or the number of the diverting user, in P-Asserted-Identity or in From too. For carriers that refuse other people's numbers.",
      }),
      stir: object(
        {
          x5u: text({
            pattern: /^https:\/\/[!#-;=?-~]{1,512}$/u,
            what: 'an https:// address',
            description: 'Where the certificate is that is for the numbers of its domains.',
            examples: ['https://cert.example.com/divert.pem'],
          }),
          key: text({
            pattern: /^[A-Za-z0-9_-]{1,64}$/u,
            what: "a name of letters, digits, '_' and '-'",
            description:
              'The name of the private key on P-256: the parameter stir/NAME of the stage.',
          }),
        },
        {
          required: ['x5u', 'key'],
          description:
            'Signs diversions of calls that came signed (PASSporT "div", RFC 8946). Default: not.',
        },
      ),
      explain: flag({ default: false, description: 'Whether its keys may ask /v1/explain.' }),
      defaultRoute: text({
        pattern: /^[!-~]{1,256}$/u,
        what: 'a route without spaces',
        description: "For drachtio: where calls go on 'continue', host:port;transport=tcp.",
      }),
    },
    { required: ['name', 'domains'], description: 'An SBC or edge proxy that asks.' },
  ),
);

export const peersShape = object(
  { peers: list(peerShape, { description: 'SBCs and edge proxies that may ask.' }) },
  { required: ['peers'] },
);

/** All peers as written. */
export type PeersDocument = Infer<typeof peersShape>;
/** One peer as written. */
export type PeerSource = Infer<typeof peerShape>;
/** A dial plan as written: a country's, or its own. */
export type NumbersSource = Infer<typeof asInCountry> | OwnPlanSource;
export type OwnPlanSource = Infer<typeof ownPlan>;

/** What `$ref`s of these shapes point to. */
export const peersDefinitions = peerShape.definition;
