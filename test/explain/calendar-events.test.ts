import { expect, test } from 'vitest';
import { PendingRequest } from '../../functions/answer/pending-request.ts';
import { plainPeer } from '../../functions/decide/call-context.ts';
import { documentReader } from '../../functions/explain/document-reader.ts';
import { createExplainer } from '../../functions/explain/explain.ts';
import { loadSound } from '../rules/load.ts';

const ICS = [
  ...['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:1', 'SUMMARY:Betriebsausflug', 'DTSTART:20260903'],
  ...['END:VEVENT', 'BEGIN:VEVENT', 'UID:2', 'SUMMARY:Inventur', 'DTSTART:20260904', 'END:VEVENT'],
  'END:VCALENDAR',
].join('\r\n');

const loaded = loadSound(
  `domain: example.com
timezone: Europe/Berlin
calendars: { closed: [closed.ics, "10-03", easter+1, 2026-12-27..2026-12-30] }
schedules: { open: { hours: "20:00-02:00", except: closed } }
subscribers:
  vm: {}
  bob: { rules: [{ name: shut, when: always, schedule: not open, forward: vm }] }`,
  { 'closed.ics': ICS },
);

const explain = createExplainer({
  reader: documentReader([loaded]),
  readerAt: () => documentReader([loaded]),
  background: {
    calendarsAt: async () => ({ source: loaded.document, calendars: loaded.calendars }),
  },
  now: () => Date.UTC(2026, 5, 15),
  log: () => {},
});

test('and what of one that was fetched', async () => {
  const url = 'https://calendars.example.net/closed.ics';
  const document = { ...(loaded.document as object), calendars: { closed: { url } } };
  const { closed } = loaded.policy.calendars;
  const policy = {
    ...loaded.policy,
    calendars: { closed: { ...closed, url, days: closed?.days ?? [] } },
  };
  const fetched = createExplainer({
    reader: documentReader([{ ...loaded, policy }]),
    readerAt: () => documentReader([{ ...loaded, policy }]),
    background: {
      calendarsAt: async () => ({ source: document, calendars: {}, fetched: { [url]: ICS } }),
    },
    now: () => Date.UTC(2026, 5, 15),
    log: () => {},
  });
  const body = {
    ...{ callId: '1', requestUri: 'sip:bob@example.com', from: '<sip:a@example.net>;tag=1' },
    ...{ to: '<sip:bob@example.com>', at: '2026-09-04T21:00:00+02:00' },
  };
  const peer = { ...plainPeer('edge', ['example.com']), explain: true };
  const { considered } = await fetched(new PendingRequest(body, { peer }));
  const schedule = considered[0]?.conditions.find(({ condition }) => condition === 'schedule');
  expect(schedule?.because).toEqual(['closed: Inventur']);
});

const cases: [at: string, because: string[] | undefined][] = [
  ['2026-09-03T21:00:00+02:00', ['closed: Betriebsausflug']],
  ['2026-09-04T21:00:00+02:00', ['closed: Inventur']],
  // The window of the evening before.
  ['2026-09-05T01:00:00+02:00', ['closed: Inventur']],
  ['2026-10-03T21:00:00+02:00', ['closed: 10-03']],
  ['2026-04-06T21:00:00+02:00', ['closed: easter+1']],
  ['2026-12-28T21:00:00+01:00', ['closed: 2026-12-27..2026-12-30']],
  ['2026-09-08T21:00:00+02:00', undefined],
];
test.each(cases)('explain names what of a calendar holds at %s', async (at, because) => {
  const body = {
    ...{ callId: '1', requestUri: 'sip:bob@example.com', from: '<sip:a@example.net>;tag=1' },
    ...{ to: '<sip:bob@example.com>', at },
  };
  const peer = { ...plainPeer('edge', ['example.com']), explain: true };
  const { considered } = await explain(new PendingRequest(body, { peer }));
  const schedule = considered[0]?.conditions.find(({ condition }) => condition === 'schedule');
  expect(schedule?.because).toEqual(because);
});
