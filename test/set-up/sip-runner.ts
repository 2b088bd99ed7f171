import { inject, TestRunner } from 'vitest';

/** Skips every SIP test where the machine lacks what they need: no name has what is looked for. */
export default class SipRunner extends TestRunner {
  constructor(config: ConstructorParameters<typeof TestRunner>[0]) {
    super(config);
    if (inject('lacking').sip !== undefined) this.config.testNamePattern = /(?!)/;
  }
}
