/**
 * The torture messages of RFC 4475, made again from what each section says of its message: what is
 * strange in it is as there, the rest is a call to bob of example.com. `%` stands for a part of Via's
 * branch and of Call-ID, so that every message can be sent more than once.
 */
export interface Torture {
  readonly section: string;
  /** The name that the RFC gives its message. */
  readonly name: string;
  readonly text: string | Buffer;
}

interface Parts {
  readonly line?: string;
  readonly via?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly cseq?: string;
  readonly max?: string;
  readonly contact?: string;
  /** Further header lines. */
  readonly more?: readonly string[];
  readonly length?: string;
  readonly body?: string;
}

const SDP = [
  ...['v=0', 'o=mhandley 29739 7272939 IN IP4 192.0.2.3', 's=-', 'c=IN IP4 192.0.2.4', 't=0 0'],
  ...['m=audio 49217 RTP/AVP 0 12', 'a=rtpmap:31 LPC\r\n'],
].join('\r\n');
const VIA = 'SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK%';
const BOB = 'sip:bob@example.com';

function message(parts: Parts): string {
  const { line = `INVITE ${BOB} SIP/2.0`, body = '' } = parts;
  const method = line.split(' ')[0];
  return [
    line,
    `Via: ${parts.via ?? VIA}`,
    `Max-Forwards: ${parts.max ?? '70'}`,
    `From: ${parts.from ?? '"Caller" <sip:caller@example.net>;tag=1928'}`,
    `To: ${parts.to ?? `<${BOB}>`}`,
    `Call-ID: ${parts.callId ?? '%@torture'}`,
    `CSeq: ${parts.cseq ?? `9 ${method}`}`,
    `Contact: ${parts.contact ?? '<sip:caller@127.0.0.1>'}`,
    ...(parts.more ?? []),
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${parts.length ?? Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

const response = (status: string, more: readonly string[] = []) =>
  message({ line: `SIP/2.0 ${status}`, cseq: '9 INVITE', more });

/** Headers folded, compact, in odd case, with escapes and nulls in quotes (§3.1.1.1). */
const WSINV = [
  'INVITE sip:bob@example.com;unknownparam SIP/2.0',
  'TO :\r\n sip:bob@example.com ;   tag    = 1918181833n',
  'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.net>\r\n  ;\r\n  tag = 98asjd8',
  'MaX-fOrWaRdS: 0068',
  'Call-ID: %.wsinv',
  'Content-Length   : 0',
  'cseq: 0009\r\n  INVITE',
  'Via  : SIP  /   2.0\r\n /UDP\r\n    127.0.0.1;rport;branch=z9hG4bK%',
  's :',
  'NewFangledHeader:   newfangled value\r\n continued newfangled value',
  'UnknownHeaderWithUnusualValue: ;;,,;;,;',
  'Route:\r\n <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
  'v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239',
  'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n  secondparam ; q = 0.33\r\n\r\n',
].join('\r\n');

const LONG = 'x'.repeat(1_500);
const REGISTER = 'REGISTER sip:example.com SIP/2.0';
const register = (contact: string): Parts => ({
  ...{ line: REGISTER, contact, to: '<sip:tortured@example.com>' },
  from: '<sip:tortured@example.com>;tag=998332',
});

/** Section, name, and what is sent. */
const MESSAGES: readonly (readonly [
  section: string,
  name: string,
  text: string | Buffer | Parts,
])[] = [
  ['3.1.1.1', 'wsinv', WSINV],
  [
    '3.1.1.2',
    'intmeth',
    {
      line: "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0",
      via: `${VIA}-.!%66*_+\`'~`,
      to: '"BEL:\u0007 NUL:\u0000 DEL:\u007F" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$/crazy?,/;;*@example.com>',
      callId: 'intmeth.%word%ZK-!.*_+\'@word`~)(><:\\/"][?}{',
      more: ["extensionHeader-!.%*+_`'~:\ufeff大停電"],
    },
  ],
  [
    '3.1.1.3',
    'esc01',
    {
      line: 'INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0',
      to: 'sip:%75se%72@example.com',
      from: '<sip:I%20have%20spaces@example.net>;tag=938',
      contact: '<sip:cal%6Cer@127.0.0.1:5060;%6C%72;n%61me=v%61lue%25%34%31>',
    },
  ],
  ['3.1.1.4', 'escnull', register('<sip:%00@127.0.0.1>, <sip:%00%00@127.0.0.1>')],
  [
    '3.1.1.5',
    'esc02',
    { line: 'RE%47IST%45R sip:example.com SIP/2.0', from: '<sip:a%Zb@h>;tag=1' },
  ],
  ['3.1.1.6', 'lwsdisp', { from: 'caller<sip:caller@example.com>;tag=323' }],
  [
    '3.1.1.7',
    'longreq',
    {
      from: `"${LONG}" <sip:${LONG}@example.net>;tag=12${LONG};unknown=${LONG}`,
      to: `"I have a user name of ${LONG}" <sip:bob@example.com:6000;unknownparam1=${LONG}>`,
      callId: `%${LONG}`,
      more: [`Unknown-${LONG}: ${LONG};${LONG}=${LONG}`, `Via: SIP/2.0/TCP ${LONG}.example.com`],
    },
  ],
  [
    '3.1.1.8',
    'dblreq',
    `${message({ ...register('<sip:j.user@127.0.0.1>'), length: '0' })}${message({ callId: '%@second' })}`,
  ],
  ['3.1.1.9', 'semiuri', { line: 'OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0' }],
  [
    '3.1.1.10',
    'transports',
    {
      line: `OPTIONS ${BOB} SIP/2.0`,
      more: ['TLS', 'SCTP', 'UNKNOWN', 'TCP'].map(
        (transport, i) => `Via: SIP/2.0/${transport} t${i}.example.com;branch=z9hG4bKt${i}`,
      ),
    },
  ],
  [
    '3.1.1.11',
    'mpart01',
    Buffer.concat([
      Buffer.from(
        message({ line: `MESSAGE ${BOB} SIP/2.0`, length: '60' }).replace(
          'Content-Length',
          'Content-Type: multipart/mixed;boundary=7a9cbec02ceef655\r\nContent-Length',
        ),
      ),
      Buffer.from('--7a9cbec02ceef655\r\nContent-Transfer-Encoding: binary\r\n\r\n'),
      Buffer.from([0x30, 0x82, 0x01, 0x52, 0x06, 0x09, 0x00, 0xff, 0xfe, 0x0d]),
    ]),
  ],
  ['3.1.1.12', 'unreason', response('200 = 2**3 * 5**2 но сто девяносто девять - простое')],
  ['3.1.1.13', 'noreason', response('100 ')],
  [
    '3.1.2.1',
    'badinv01',
    {
      to: '"Mr. J. User <sip:j.user@example.com>',
      via: `${VIA};;,;,,`,
      contact: '"Joe" <sip:joe@127.0.0.1>;;;;',
      more: ['Route: ;;,;', 'Accept: ,,;;'],
    },
  ],
  ['3.1.2.2', 'clerr', { body: SDP, length: '9999' }],
  ['3.1.2.3', 'ncl', { body: SDP, length: '-999' }],
  [
    '3.1.2.4',
    'scalar02',
    {
      ...register('<sip:user@127.0.0.1>;expires=280297596632815'),
      cseq: '36893488147419103232 REGISTER',
      max: '300',
      more: ['Expires: 10000000000000000000', 'Retry-After: 949302838503028349304023988'],
    },
  ],
  [
    '3.1.2.5',
    'scalarlg',
    response('503 Service Unavailable', ['Retry-After: 949302838503028349304023988']).replace(
      '9 INVITE',
      '9292394834772304023312 INVITE',
    ),
  ],
  ['3.1.2.6', 'quotbal', { to: '"Mr. J. User <sip:j.user@example.com>' }],
  ['3.1.2.7', 'ltgtruri', { line: `INVITE <${BOB}> SIP/2.0` }],
  ['3.1.2.8', 'lwsruri', { line: 'INVITE sip:bob@example.com; lr SIP/2.0' }],
  ['3.1.2.9', 'lwsstart', { line: `INVITE  ${BOB}  SIP/2.0` }],
  ['3.1.2.10', 'trws', { line: `OPTIONS ${BOB} SIP/2.0  ` }],
  [
    '3.1.2.11',
    'escruri',
    { line: 'INVITE sip:bob@example.com?Route=%3Csip:example.com%3E SIP/2.0' },
  ],
  ['3.1.2.12', 'baddate', { more: ['Date: Fri, 01 Jan 2010 16:00:00 EST'] }],
  ['3.1.2.13', 'regbadct', register('sip:user@example.com?Route=%3Csip:sip.example.com%3E')],
  [
    '3.1.2.14',
    'badaspec',
    { line: `OPTIONS ${BOB} SIP/2.0`, to: '"Watson, Thomas" < sip:t.watson@example.org >' },
  ],
  [
    '3.1.2.15',
    'baddn',
    { line: `OPTIONS ${BOB} SIP/2.0`, from: 'Bell, Alexander <sip:a.g.bell@example.com>;tag=43' },
  ],
  [
    '3.1.2.16',
    'badvers',
    { line: `OPTIONS ${BOB} SIP/7.0`, via: 'SIP/7.0/UDP 127.0.0.1;branch=z9hG4bK%' },
  ],
  ['3.1.2.17', 'mismatch01', { line: `OPTIONS ${BOB} SIP/2.0`, cseq: '8 INVITE' }],
  ['3.1.2.18', 'mismatch02', { line: `NEWMETHOD ${BOB} SIP/2.0`, cseq: '8 INVITE' }],
  ['3.1.2.19', 'bigcode', response('4294967301 better not break the receiver')],
  [
    '3.2.1',
    'badbranch',
    { line: `OPTIONS ${BOB} SIP/2.0`, via: 'SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK' },
  ],
  [
    '3.3.1',
    'insuf',
    `INVITE ${BOB} SIP/2.0\r\nCSeq: 193942 INVITE\r\nVia: ${VIA}\r\nContent-Length: 0\r\n\r\n`,
  ],
  ['3.3.2', 'unkscm', { line: 'OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0' }],
  ['3.3.3', 'novelsc', { line: 'OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0' }],
  [
    '3.3.4',
    'unksm2',
    {
      ...register('<name:John_Smith>'),
      to: 'isbn:2983792873',
      from: '<http://www.example.com>;tag=3234233',
    },
  ],
  [
    '3.3.5',
    'bext01',
    {
      line: `OPTIONS ${BOB} SIP/2.0`,
      more: [
        'Require: nothingSupportsThis, nothingSupportsThisEither',
        'Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis',
      ],
    },
  ],
  [
    '3.3.6',
    'invut',
    {
      more: ['Content-Type: application/unknownformat'],
      length: '40',
      body: '<audio>\n <pcmu port="443"/>\n</audio>\nxxxx',
    },
  ],
  [
    '3.3.7',
    'regaut01',
    {
      ...register('<sip:j.user@127.0.0.1>'),
      more: ['Authorization: NoOneKnowsThisScheme opaque-data=here'],
    },
  ],
  [
    '3.3.8',
    'multi01',
    {
      more: [
        'Call-ID: %@other',
        'CSeq: 59 INVITE',
        'From: <sip:other@example.net>;tag=3',
        'To: <sip:other@example.com>',
        'Max-Forwards: 5',
        'Contact: <sip:o@127.0.0.1>',
      ],
    },
  ],
  [
    '3.3.9',
    'mcl01',
    {
      line: `OPTIONS ${BOB} SIP/2.0`,
      more: ['Content-Length: 13'],
      length: '5',
      body: "There's no way to know how many octets",
    },
  ],
  [
    '3.3.10',
    'bcast',
    response('200 OK').replace(
      /Via: .*/,
      `Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK%\r\nVia: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23`,
    ),
  ],
  ['3.3.11', 'zeromf', { line: `OPTIONS ${BOB} SIP/2.0`, max: '0' }],
  ['3.3.12', 'cparam01', register('sip:+19725552222@127.0.0.1;unknownparam')],
  ['3.3.13', 'cparam02', register('<sip:+19725552222@127.0.0.1;unknownparam>')],
  ['3.3.14', 'regescrt', register('<sip:user@127.0.0.1?Route=%3Csip:sip.example.com%3E>')],
  ['3.3.15', 'sdp01', { more: ['Accept: text/nobodyKnowsThis'], body: SDP }],
  [
    '3.4.1',
    'inv2543',
    `INVITE ${BOB} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1\r\nFrom: <sip:caller@example.net>\r\nTo: <${BOB}>\r\nCall-ID: %@old\r\nCSeq: 717 INVITE\r\n\r\n`,
  ],
];

/** All of them, each call of this with a branch and a Call-ID of their own. */
export function tortures(unique: string): Torture[] {
  return MESSAGES.map(([section, name, given]) => {
    const text = typeof given === 'string' || Buffer.isBuffer(given) ? given : message(given);
    const own = (one: string) => one.replace(/(z9hG4bK|(?:Call-ID|i): ?)%/gi, `$1${unique}${name}`);
    return { section, name, text: typeof text === 'string' ? own(text) : text };
  });
}
