import { describe, expect, test } from 'vitest';
import { escapeUser, isNumber, stripSeparators, unescapeUser } from '../../functions/sip/user.ts';

describe('user parts are unescaped', () => {
  test.each([
    ['nothing to do', 'alice', 'alice'],
    ['RFC 4475 §3.1.1.3', 'sips%3Auser%40example.com', 'sips:user@example.com'],
    ['RFC 4475 §3.1.1.3', '%75se%72', 'user'],
    ['RFC 4475 §3.1.1.3', 'I%20have%20spaces', 'I have spaces'],
    ['RFC 4475 §3.1.1.3: once only', 'v%61lue%25%34%31', 'value%41'],
    ['RFC 4475 §3.1.1.4', 'null-%00-null', 'null-\0-null'],
    ['RFC 4475 §3.1.1.5: no escape', '%Z%45', '%ZE'],
    ['UTF-8', 'J%C3%BCrgen', 'Jürgen'],
    ['UTF-8 of four bytes', '%F0%9F%93%9e', '📞'],
    ['not UTF-8', '%41%FF%42', 'A%FFB'],
    ['not UTF-8, whatever stands beside it', '%c3%bc%41%ff%c3%bc', 'üA%ffü'],
    ['a surrogate in UTF-8', '%ED%A0%80', '%ED%A0%80'],
    ['overlong', '%c0%af', '%c0%af'],
    ['cut off', 'a%4', 'a%4'],
    ['cut off', 'a%', 'a%'],
    ['+ is no space', 'a+b', 'a+b'],
    ['case is kept', 'ALICE', 'ALICE'],
  ])('%s: %j → %j', (_source, user, text) => {
    expect(unescapeUser(user)).toBe(text);
  });
});

describe('user parts are escaped after RFC 3261 §25.1', () => {
  test.each([
    ["a-_.!~*'()&=+$,?/Z9", "a-_.!~*'()&=+$,?/Z9"],
    ['alice;tgrp=x', 'alice%3Btgrp=x'],
    ['*72#', '*72%23'],
    ['a@b:c', 'a%40b%3Ac'],
    ['100%', '100%25'],
    ['a b"<>\r\n\0', 'a%20b%22%3C%3E%0D%0A%00'],
    ['Jürgen 📞', 'J%C3%BCrgen%20%F0%9F%93%9E'],
    ['\ud800', '%EF%BF%BD'],
  ])('%j → %j', (text, user) => {
    expect(escapeUser(text)).toBe(user);
  });
});

describe('a number is digits and +*#-.() with at least one digit', () => {
  test.each([
    ['+49301234567', true],
    ['+1-212-555-1212', true],
    ['(030) 123', false],
    ['(030)123.4', true],
    ['1002', true],
    ['*72#', true],
    ['*#06#', true],
    ['7', true],
    ['', false],
    ['*', false],
    ['+-.()', false],
    ['1a', false],
    ['bob', false],
    ['+4930;npdi', false],
    ['٣٤', false],
    ['1\n', false],
  ])('%j: %s', (user, expected) => {
    expect(isNumber(user)).toBe(expected);
  });
});

test('visual separators are dropped (RFC 3966 §5.1.1)', () => {
  expect(stripSeparators('+1-(212).555*1#')).toBe('+1212555*1#');
});
