import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** Writes a document with so many subscribers, each with an alias and two rules. */
export async function writeRules(path: string, subscribers: number): Promise<void> {
  const file = createWriteStream(path);
  file.write(`domain: scale.example
country: DE
timezone: Europe/Berlin
targets: { allow: ["@scale.example", "+49"] }
schedules: { office: { days: mon-fri, hours: "08:00-18:00" } }
subscribers:
  voicemail: {}
`);
  for (let i = 0; i < subscribers; i++) {
    const text = `  user${i}:
    aliases: ["+4930${1_000_000 + i}"]
    rules:
      - name: busy
        when: busy
        forward: { to: voicemail, mailbox: true }
      - name: no-answer
        when: no-answer
        schedule: office
        forward: [{ to: "+493099900000", q: 0.5 }]
`;
    if (!file.write(text)) await new Promise<void>((resolve) => file.once('drain', resolve));
  }
  file.end();
  await finished(file);
}
