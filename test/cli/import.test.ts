import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startWorld, type World } from './world.ts';

/** What other systems export becomes a document that `check` finds sound, and decides as they did. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const SPREADSHEET = `\uFEFFuser;number;always;busy;no-answer;unreachable;ring;room\r
anna;+49 30;;ben;;;;12\r
ben;0301234567 1002;;+4915112345678;anna 030-7654321;anna;20;\r
carl;;0900123456;;;;;\r
dora;;;nobody;;;300;\r
`.replace('+49 30;', '+49301111111;');

const FREEPBX = `/AMPUSER/1001/cidname                             : Anna
/AMPUSER/1001/device                              : 1001
/AMPUSER/1001/followme/ddial                      : DIRECT
/AMPUSER/1001/followme/grplist                    : 1001-1002-015112345678#
/AMPUSER/1001/followme/prering                    : 7
/AMPUSER/1001/followme/strategy                   : ringallv2
/AMPUSER/1002/device                              : 1002
/AMPUSER/1002/followme/ddial                      : EXTENSION
/AMPUSER/1002/followme/grplist                    : 1002-1001
/AMPUSER/1002/ringtimer                           : 25
/AMPUSER/1003/device                              : 1003
/CF/1003                                          : 0301234567
/CFB/1002                                         : 1001
/CFU/1002                                         : 0301234567
/DND/1001                                         : YES
/DEVICE/1001/dial                                 : PJSIP/1001
7 results found.
`;

const FUSIONPBX = `extension_uuid,extension,number_alias,call_timeout,forward_all_enabled,forward_all_destination,forward_busy_enabled,forward_busy_destination,forward_no_answer_enabled,forward_no_answer_destination,forward_user_not_registered_enabled,forward_user_not_registered_destination,do_not_disturb,follow_me_enabled,enabled
a1,201,,30,false,,true,202,true,"0301234567",true,0301234567,false,false,true
a2,202,+49301230202,30,true,+4915112345678,false,201,false,,,,false,true,true
a3,203,,30,,,,,,,,,true,false,true
a4,204,,30,,,,,,,,,false,false,false
`;

/** From, to, outcome → what the source system would have done. */
type Case = [from: string, to: string, outcome: number | undefined, expected: string];
const SYSTEMS: [system: string, text: string, losses: RegExp[], cases: Case[]][] = [
  [
    'csv',
    SPREADSHEET,
    [
      /:1: the column 'room' means nothing here/,
      /:4: carl: '0900123456' is a premium-rate number/,
      /:5: dora: 'nobody' is no user and no number of DE/,
      /:5: dora: 300 s of ringing become 180/,
    ],
    [
      ['carl', 'anna', 486, 'redirect ben@x.example'],
      ['carl', '+49301234567', 486, 'redirect +4915112345678'],
      ['carl', 'ben', 408, 'redirect anna@x.example, +49307654321'],
      ['carl', '1002', 404, 'redirect anna@x.example'],
      ['carl', 'ben', undefined, 'continue'],
      ['ben', 'carl', undefined, 'continue'],
    ],
  ],
  [
    'freepbx',
    FREEPBX,
    [/1001: follow me \(ringallv2\) becomes forwarding on no answer to its list/],
    [
      ['1003', '1001', undefined, 'reject 486'],
      ['1001', '1003', undefined, 'redirect +49301234567'],
      ['1003', '1002', 486, 'redirect 1001@x.example'],
      ['1003', '1002', 404, 'redirect +49301234567'],
      ['1003', '1002', 408, 'redirect +49301234567'],
      ['1003', '1001', 408, 'redirect 1002@x.example, +4915112345678'],
    ],
  ],
  [
    'fusionpbx',
    FUSIONPBX,
    [
      /:3: 202: forward_busy to 201 is switched off there/,
      /:3: 202: follow me is on, and its destinations are in another table/,
      /:5: 204: is switched off there/,
    ],
    [
      ['203', '201', 486, 'redirect 202@x.example'],
      ['203', '201', 408, 'redirect +49301234567'],
      ['203', '201', 404, 'redirect +49301234567'],
      ['201', '+49301230202', undefined, 'redirect +4915112345678'],
      ['201', '203', undefined, 'reject 486'],
    ],
  ],
];

describe.each(SYSTEMS)('divert import %s', (system, text, losses, cases) => {
  test('makes a sound document, and says what it could not carry over', async () => {
    const { document, err } = await imported();
    for (const loss of losses) expect(err).toMatch(loss);
    const checked = await world.divert('check', document);
    expect([checked.out.replace(/^.*warning.*\n/gm, ''), checked.code]).toEqual([
      'The file is sound.\n',
      0,
    ]);
  });

  test('decides calls as they were decided there', async () => {
    const { document } = await imported();
    const file = await world.file(
      'cases.yaml',
      JSON.stringify({
        cases: cases.map(([from, to, outcome, expected]) => {
          const [, action, rest = ''] = /^(\w+) ?(.*)$/.exec(expected) ?? [];
          return {
            ...{ name: `${from} → ${to} ${outcome}`, from, to, outcome },
            expect: {
              action,
              ...(action === 'reject' && { status: Number(rest) }),
              ...(action === 'redirect' && { to: rest.split(', ') }),
            },
          };
        }),
      }),
    );
    const { out, code } = await world.divert('test', document, file);
    expect([out.replace(/^✓.*\n/gm, ''), code]).toEqual([`${cases.length} passed, 0 failed\n`, 0]);
  });

  async function imported(): Promise<{ document: string; err: string }> {
    const source = await world.file(`${system}.txt`, text);
    const settings = ['--domain', 'x.example', '--country', 'DE'];
    const { out, err } = await world.divert('import', system, source, ...settings);
    return { document: await world.file(`${system}.yaml`, out), err };
  }
});

describe('divert import', () => {
  test('allows just the numbers that calls go to', async () => {
    const source = await world.file('a.csv', SPREADSHEET);
    const { out } = await world.divert('import', 'csv', source, '--country', 'DE');
    expect(parse(out).targets.allow).toEqual([
      '@example.com',
      ...['+4915112345678', '+49307654321'],
    ]);
  });

  test.each([
    ['csv', 'name,number\nanna,1\n', /the first line must name the columns: user, number/],
    ['csv', 'user,number\n"anna,1\n', /this is no CSV file/],
    ['freepbx', 'nothing\n', /no line like "\/CF\/1001/],
    ['fusionpbx', 'a,b\n1,2\n', /there is no column extension/],
  ])('says what is wrong with a file: %s %j', async (system, text, message) => {
    const { code, err } = await world.divert('import', system, await world.file('bad.txt', text));
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });
});
