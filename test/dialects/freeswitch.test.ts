import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../functions/http/http.ts';
import { type Call, conform, type Read } from './conformance.ts';
import { userOf } from './sip.ts';
import { CALLED, http, KEY, world } from './world.ts';
import { elements, parseXml } from './xml.ts';

/**
 * What mod_xml_curl posts (mod_xml_curl.c `xml_url_fetch`, then the event of
 * mod_dialplan_xml.c `dialplan_xml_locate`), as far as it matters here.
 */
function form(call: Call): Record<string, string> {
  const { user } = CALLED[call.called];
  const anonymous = call.caller === 'anonymous';
  const from = anonymous ? 'anonymous@anonymous.invalid' : 'alice@example.com';
  return {
    hostname: 'fs1',
    section: 'dialplan',
    tag_name: '',
    key_name: '',
    key_value: '',
    'Caller-Direction': 'inbound',
    'Caller-Caller-ID-Name': call.display ?? 'Alice',
    'Caller-Caller-ID-Number': anonymous ? 'anonymous' : 'alice',
    'Caller-Destination-Number': user,
    'Caller-Context': 'public',
    variable_sip_from_user: from.split('@')[0] as string,
    variable_sip_from_host: from.split('@')[1] as string,
    variable_sip_from_uri: from,
    variable_sip_from_display: call.display ?? 'Alice',
    variable_sip_from_tag: '1928301774',
    variable_sip_network_ip: '198.51.100.7',
    variable_sip_call_id: call.callId ?? 'a84b4c76e66710@pc33',
    variable_sip_req_user: user,
    variable_sip_req_host: 'example.com',
    variable_sip_req_uri: `${user}@example.com`,
    variable_sip_to_user: user,
    variable_sip_to_host: 'example.com',
    variable_sip_to_uri: `${user}@example.com`,
    ...(call.diversions?.length === 1 && {
      variable_sip_h_Diversion: call.diversions[0] as string,
    }),
    ...(call.outcome && {
      variable_divert_status: String(call.outcome.status),
      variable_divert_ringing: String(call.outcome.ringing ?? false),
    }),
    'Hunt-Direction': 'inbound',
    'Hunt-Destination-Number': user,
    'Hunt-Context': 'public',
  };
}

/** mod_dialplan_xml and mod_sofia on a response: what goes out on the wire. */
function read(response: HttpResponse, context?: string): Read {
  const root = parseXml(response.body);
  expect(root.tagName).toBe('document');
  expect(root.getAttribute('type')).toBe('freeswitch/xml');
  const section = elements(root, 'section')[0];
  if (section?.getAttribute('name') === 'result') {
    expect(elements(section, 'result')[0]?.getAttribute('status')).toBe('not found');
    return { action: 'continue' };
  }
  const [found] = elements(root, 'context');
  expect(found?.getAttribute('name')).toEqual(context ?? expect.any(String));
  const variables = new Map<string, string>();
  for (const action of elements(root, 'action')) {
    const data = action.getAttribute('data') ?? '';
    // switch_channel.c `switch_channel_expand_variables`: nothing that would be expanded.
    expect(data).not.toMatch(/[$\\\r\n]/);
    switch (action.getAttribute('application')) {
      case 'set':
        variables.set(data.slice(0, data.indexOf('=')), data.slice(data.indexOf('=') + 1));
        break;
      case 'respond':
        return { action: 'reject', status: Number.parseInt(data, 10) };
      case 'redirect':
        // mod_sofia.c: a space would be a cause, a comma a 300, and <> stop it from adding its own.
        expect(data).not.toMatch(/[\s,<>]/);
        return {
          action: 'redirect',
          targets: [userOf(data)],
          diversions: variables.get('sip_h_Diversion')?.split(', '),
        };
      default:
        throw new Error('an action that is none of ours');
    }
  }
  throw new Error('a dialplan that does nothing');
}

conform({
  dialect: 'freeswitch',
  ask: (call) => ({ body: new URLSearchParams(form(call)).toString() }),
  read: (response) => read(response),
  several: ['carol'],
  bad: [{ body: '' }, { body: 'section=dialplan' }, { body: '%' }, { method: 'GET', query: '' }],
  skips: { 'ring time': 'a document that says "not found" says nothing else' },
});

describe('freeswitch', () => {
  const ask = async (fields: Record<string, string>, context?: string) => {
    const body = new URLSearchParams(fields).toString();
    return read(await world().serve(http(`/v1/route/freeswitch/${KEY}`, { body })), context);
  };

  test('needs no more than a destination that tells its domain', async () => {
    const { number } = CALLED.number;
    const target = { action: 'redirect', targets: ['+4915112345678'] };
    const few = { 'Hunt-Destination-Number': number, 'Hunt-Context': 'public' };
    expect(await ask(few)).toMatchObject(target);
    expect(
      await ask({
        ...few,
        'Hunt-Destination-Number': 'dora',
        variable_sip_req_host: 'example.com',
      }),
    ).toMatchObject(target);
  });

  describe('with ?follow=yes, where Divert says so (switch_ivr_originate.c)', () => {
    const peer = { follow: { transports: ['udp'] }, callerId: 'diverting-from' } as const;
    const actions = async (called: Call['called'], more: Record<string, string> = {}) => {
      const body = new URLSearchParams({ ...form({ called }), ...more }).toString();
      const asked = http(`/v1/route/freeswitch/${KEY}`, { query: 'follow=yes', body });
      const { body: answered } = await world({ peer }).serve(asked);
      return elements(parseXml(answered), 'action').map(
        (one) => `${one.getAttribute('application')} ${one.getAttribute('data')}`,
      );
    };
    const udp = { variable_sip_via_protocol: 'udp' };
    const shown =
      '[sip_cid_type=none,sip_h_P-Asserted-Identity=<sip:+493000000002@example.com;user=phone>,origination_caller_id_number=+493000000002]';

    test('a number is bridged, with the number that was diverted', async () => {
      const told = await actions('number', udp);
      expect(told).toContain(`bridge ${shown}${'$'}{divert_dial_numbers}+4915112345678`);
      expect(told).toContainEqual(
        expect.stringMatching(/^export nolocal:sip_h_Diversion=<sip:dora@example\.com>;reason=/),
      );
    });

    test('a phone’s own 302 is not followed by the called legs', async () => {
      expect(await actions('number', udp)).toContain('export nolocal:outbound_redirect_fatal=true');
    });

    test('those of one q ring at once', async () => {
      const told = await actions('atOnce', udp);
      expect(told.find((one) => one.startsWith('bridge'))).toMatch(
        /^bridge \$\{divert_dial_names\}judy@example\.com,\[.*\]\$\{divert_dial_numbers\}\+4915112345678$/,
      );
    });

    test.each(['judy;fs_path=sip:elsewhere.example', 'judy;x=:_:sofia/external/0900123456'])(
      'nothing that a caller writes behind a name is part of the dial string: %s',
      async (user) => {
        const more = { variable_sip_req_uri: `${user}@example.com:5080` };
        const told = await actions('atOnce', { ...udp, ...more, 'Hunt-Destination-Number': user });
        expect(told.find((one) => one.startsWith('bridge'))).toMatch(
          /^bridge \$\{divert_dial_names\}judy@example\.com,\[/,
        );
      },
    );

    test('a name of the domain is asked about, then the next is called', async () => {
      const told = await actions('several', udp);
      const calls = told.filter((one) => /^(execute_extension|bridge)/.test(one));
      expect(calls).toEqual([
        'execute_extension carol XML public',
        expect.stringContaining('+4930765432'),
      ]);
    });

    test('what follows the answer about a target is left to the first answer', async () => {
      const last = (told: readonly string[]) => told.at(-1)?.split(' ')[0];
      expect(last(await actions('several', udp))).toBe('hangup');
      expect(last(await actions('several', { ...udp, variable_divert_following: 'yes' }))).toBe(
        'set',
      );
    });

    test('a caller who follows a 302 gets it', async () => {
      expect(await actions('number', { variable_sip_via_protocol: 'tcp' })).toContainEqual(
        expect.stringMatching(/^redirect /),
      );
    });
  });

  test('follows a transfer inside the dialplan', async () => {
    const fields = { ...form({ called: 'plain' }), 'Hunt-Destination-Number': 'dora' };
    expect(await ask(fields)).toMatchObject({ action: 'redirect', targets: ['+4915112345678'] });
  });

  test('puts any context into its name', async () => {
    const context = `a"b<c>&'d`;
    const fields = { ...form({ called: 'number' }), 'Hunt-Context': context };
    expect(await ask(fields, context)).toMatchObject({ action: 'redirect' });
  });

  test('puts no variable into the name of a context', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: FreeSWITCH must not expand it
    const fields = { ...form({ called: 'number' }), 'Hunt-Context': '${system(reboot)}' };
    expect(await ask(fields, '_{system(reboot)}')).toMatchObject({ action: 'redirect' });
  });

  test('reads every Diversion where the profile parses all headers', async () => {
    const loop = '<sip:+4915112345678@example.com>;reason=no-answer';
    const newest = '<sip:zoe@example.com>;reason=user-busy';
    const fields = {
      ...form({ called: 'number' }),
      variable_sip_h_Diversion: loop,
      variable_sip_i_diversion: `ARRAY::${newest}|:${loop}`,
    };
    expect(await ask(fields)).toEqual({ action: 'continue' });
  });

  test('other sections are not found', async () => {
    expect(await ask({ section: 'directory', user: 'bob' })).toEqual({ action: 'continue' });
  });

  test.each([
    [
      'a dollar',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what FreeSWITCH expands
      '"${x}" <sip:z$oe@example.com>;reason=user-busy',
      '<sip:z%24oe@example.com>;reason=user-busy',
    ],
    [
      'a backslash',
      '"a\\"b" <sip:zoe@example.com>;reason=away',
      '<sip:zoe@example.com>;reason=away',
    ],
  ])('escapes %s in a Diversion that it repeats', async (_, given, sent) => {
    const fields = { ...form({ called: 'number' }), variable_sip_h_Diversion: given };
    expect(await ask(fields)).toMatchObject({ diversions: [expect.anything(), sent] });
  });
});
