/** One change each to a source: what a slip of the pen would make of it. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { parseAst } from 'rollup/parseAst';

export interface Mutant {
  readonly file: string;
  readonly line: number;
  /** Offsets of what is replaced. */
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const OPERATORS: Readonly<Record<string, string>> = {
  ...{ '===': '!==', '!==': '===', '<': '<=', '<=': '<', '>': '>=', '>=': '>' },
  ...{ '+': '-', '-': '+', '*': '/', '/': '*', '%': '*', '&&': '||', '||': '&&', '??': '&&' },
  ...{ '&': '|', '|': '&', '<<': '>>', '>>': '<<', '>>>': '<<', '^': '&' },
};
const METHODS: Readonly<Record<string, string>> = {
  ...{ some: 'every', every: 'some', startsWith: 'endsWith', endsWith: 'startsWith' },
  ...{ min: 'max', max: 'min', indexOf: 'lastIndexOf', lastIndexOf: 'indexOf' },
  ...{ toLowerCase: 'toUpperCase', toUpperCase: 'toLowerCase', find: 'findLast' },
  ...{ findIndex: 'findLastIndex', at: 'with', flatMap: 'map', trimStart: 'trimEnd' },
};

/** Every mutant of a file. `file` is absolute. */
export function mutantsOf(file: string): Mutant[] {
  const source = readFileSync(file, 'utf8');
  // Types become spaces: the offsets are those of the source.
  const found: Mutant[] = [];
  const replace = (start: number, end: number, after: string) => {
    const line = source.slice(0, start).split('\n').length;
    found.push({ file, line, start, end, before: source.slice(start, end), after });
  };
  const visit = (node: Node, parent: Node | undefined): void => {
    if (/^(Import|Export(All|Default))/.test(node.type)) return;
    mutate(node, parent, source, replace);
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value])
        if (isNode(child)) visit(child, node);
    }
  };
  visit(parseAst(stripTypeScriptTypes(source)) as unknown as Node, undefined);
  return found;
}

function mutate(
  node: Node,
  parent: Node | undefined,
  source: string,
  replace: (start: number, end: number, after: string) => void,
): void {
  const of = (key: string) => node[key] as Node;
  const text = (one: Node) => source.slice(one.start, one.end);
  if (node.type === 'BinaryExpression' || node.type === 'LogicalExpression') {
    const operator = node.operator as string;
    const at = source.indexOf(operator, of('left').end);
    const other = OPERATORS[operator];
    if (other !== undefined && at < of('right').start) replace(at, at + operator.length, other);
  }
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    replace(node.start, node.end, `(${text(of('argument'))})`);
  }
  if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') {
    for (const constant of ['true', 'false']) {
      // The types of the branches are not looked at.
      replace(of('test').start, of('test').end, constant);
    }
  }
  if (node.type === 'MemberExpression' && !node.computed) {
    const name = text(of('property'));
    if (parent?.type === 'CallExpression' && parent.callee === node && METHODS[name]) {
      replace(of('property').start, of('property').end, METHODS[name]);
    }
    if (name === 'filter' && parent?.type === 'CallExpression') {
      replace(of('object').end, parent.end, '');
    }
  }
  if (node.type === 'ExpressionStatement' && !('directive' in node))
    replace(node.start, node.end, ';');
  if (node.type === 'Literal') literal(node, parent, source, replace);
  if (node.type === 'TemplateLiteral') replace(node.start, node.end, '``');
}

function literal(
  node: Node,
  parent: Node | undefined,
  source: string,
  replace: (start: number, end: number, after: string) => void,
): void {
  const key = parent?.type === 'Property' && parent.key === node && !parent.computed;
  if (key || (parent?.type === 'ExpressionStatement' && 'directive' in parent)) return;
  const { value } = node;
  if (typeof value === 'boolean') replace(node.start, node.end, String(!value));
  if (typeof value === 'number') replace(node.start, node.end, String(value + 1));
  if (typeof value === 'string') replace(node.start, node.end, value === '' ? "'mutant'" : "''");
  if (typeof value === 'string' && source[node.start] === '`') return;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
