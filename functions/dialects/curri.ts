import { SaxesParser } from 'saxes';
import { Problem } from '../http/problem.ts';
import { calledUri, callerOf, nameAddr } from './address.ts';
import { bestTarget } from './contacts.ts';
import type { Dialect } from './dialect.ts';
import { ok } from './respond.ts';
import { escapeXml, XML_DECLARATION } from './xml.ts';

/**
 * Cisco Unified CM External Call Control (CURRI): an XACML 2.0 request, and a decision with an
 * obligation whose value is CIXML, escaped. CUCM diverts inside itself: no 302 leaves it.
 *
 * Attributes (developer.cisco.com/site/curri "Read Call Routing Request"):
 * `urn:Cisco:uc:1.0:callednumber`, `callingnumber`, and `transformedcdpn`, `transformedcgpn`, which
 * are what CUCM would make of them, usually E.164, and are preferred. There is no Call-ID.
 *
 * Decisions (same site, "Generate Call Routing Response"): `Permit` with `continue` or `divert`,
 * `Deny` with `reject`. HEAD is CUCM's keep-alive and wants a 200.
 */
export const curri: Dialect = {
  name: 'curri',

  decode({ method, body }) {
    if (method === 'HEAD') return ok(XML, '');
    const attributes = readAttributes(body);
    const attribute = (...names: string[]): string =>
      names.map((name) => attributes.get(`urn:cisco:uc:1.0:${name}`)).find((value) => value) ?? '';
    const requestUri = calledUri(attribute('transformedcdpn', 'callednumber'), '', 'callednumber');
    return {
      callId: crypto.randomUUID(),
      requestUri,
      from: callerOf(attribute('transformedcgpn', 'callingnumber'), ''),
      to: nameAddr(requestUri),
    };
  },

  encode(answer) {
    switch (answer.action) {
      case 'redirect': {
        const { number, address } = bestTarget(answer);
        const destination = escapeXml(number ?? address);
        const divert = `<divert><destination>${destination}</destination></divert>`;
        return decision('Permit', `${divert}<reason>cfwd</reason>`);
      }
      case 'reject':
        return decision('Deny', '<reject></reject>');
      case 'continue':
        return decision('Permit', '<continue></continue>');
    }
  },
};

const XML = 'text/xml; charset=utf-8';

/**
 * CUCM looks at the decision and at the cixml; Cisco's samples name every obligation so, a diverting
 * one too.
 */
const OBLIGATION = 'continue.simple';

function decision(verdict: 'Permit' | 'Deny', cixml: string) {
  const value = escapeXml(`<cixml ver="1.0">${cixml}</cixml>`);
  return ok(
    XML,
    `${XML_DECLARATION}<Response><Result><Decision>${verdict}</Decision><Obligations>` +
      `<Obligation FulfillOn="${verdict}" ObligationId="${OBLIGATION}">` +
      `<AttributeAssignment AttributeId="Policy:${OBLIGATION}">` +
      `<AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">${value}</AttributeValue>` +
      '</AttributeAssignment></Obligation></Obligations></Result></Response>',
  );
}

/**
 * `AttributeId` in lower case → the text of its first `AttributeValue`, trimmed. A document type
 * is refused, so there are no entities but XML's own five.
 */
function readAttributes(body: string): Map<string, string> {
  const attributes = new Map<string, string>();
  let id: string | undefined;
  let value: string | undefined;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw bad(error.message);
  });
  parser.on('doctype', () => {
    throw bad('a document type is not read');
  });
  parser.on('opentag', ({ name, attributes: { AttributeId } }) => {
    const local = localName(name);
    if (local === 'attribute') id = AttributeId?.toLowerCase();
    if (local === 'attributevalue') value = '';
  });
  parser.on('text', (text) => {
    if (value !== undefined) value += text;
  });
  parser.on('cdata', (text) => {
    if (value !== undefined) value += text;
  });
  parser.on('closetag', ({ name }) => {
    const local = localName(name);
    if (local === 'attribute') id = undefined;
    if (local !== 'attributevalue' || value === undefined) return;
    if (id !== undefined && !attributes.has(id)) attributes.set(id, value.trim());
    value = undefined;
  });
  parser.write(body.trimStart()).close();
  return attributes;
}

/** Without prefix, in lower case: samples of Cisco's differ in case. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}

function bad(what: string): Problem {
  return new Problem(400, `body is not an XACML request: ${what}.`, 'body');
}
