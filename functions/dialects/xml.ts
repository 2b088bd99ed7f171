// XML 1.0 §2.2: what may not stand in a document, not even as a character reference; and lone
// surrogates, which have no UTF-8.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** A text as XML: good between tags and in quoted attributes. */
export function escapeXml(text: string): string {
  return text
    .replace(NOT_XML, '')
    .replace(/[&<>"']/g, (char) => ENTITIES[char] as string)
    .replace(/[\t\n\r]/g, ' ');
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
