import { DOMParser, type Element } from '@xmldom/xmldom';

/** A real parser's reading of a document; it throws on what is not well-formed. */
export function parseXml(text: string): Element {
  const parser = new DOMParser({
    onError: (level, message) => {
      if (level === 'warning') return;
      throw new Error(`${level}: ${message}`);
    },
  });
  const root = parser.parseFromString(text, 'text/xml').documentElement;
  if (root === null) throw new Error('no document element');
  return root;
}

/** The elements of that name below `element`, in order. */
export function elements(element: Element, name: string): Element[] {
  return Array.from(element.getElementsByTagName(name));
}
