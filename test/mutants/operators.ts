import ts from 'typescript';

/** A small change of one operator, condition or number, such as a slip of the hand would make. */
export interface OperatorMutant {
  /** Its place among all of the run. */
  readonly id: number;
  readonly file: string;
  readonly line: number;
  /** The line it stands in, trimmed. */
  readonly text: string;
  /** What stands there, and what is put in its place. */
  readonly from: string;
  readonly to: string;
  /** The how manieth of the same in equal lines of the file, from 1. */
  readonly nth: number;
}

export interface SwitchedSource {
  readonly mutants: readonly OperatorMutant[];
  /** The file with all of them, each behind a switch: `(isPlanted(7) ? a <= b : a < b)`. */
  readonly text: string;
}

/** The name under which the switched text finds what is planted. */
const switchName = 'globalThis.isPlanted';

/**
 * All changes of a source file in order of place, numbered from `firstId`. Types are left alone: what does
 * not compile says nothing of the tests.
 */
export function switchedSource(file: string, text: string, firstId = 0): SwitchedSource {
  return new Switcher(file, text, firstId).switched();
}

class Switcher {
  readonly #file: string;
  readonly #source: ts.SourceFile;
  readonly #firstId: number;
  readonly #mutants: OperatorMutant[] = [];

  constructor(file: string, text: string, firstId: number) {
    this.#file = file;
    this.#source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    this.#firstId = firstId;
  }

  switched(): SwitchedSource {
    const text = this.#withChildren(this.#source);
    return { mutants: this.#mutants, text };
  }

  /** A node with its own changes around those inside it. */
  #rendered(node: ts.Node): string {
    const original = this.#textOf(node);
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isImportDeclaration(node))
      return original;
    if (isCondition(node)) {
      const isOn = this.#add(node, `!(${original})`);
      return `(${isOn} ? !(${original}) : ${this.#changed(node)})`;
    }
    return this.#changed(node);
  }

  #changed(node: ts.Node): string {
    if (ts.isBinaryExpression(node)) {
      const other = operators.get(this.#textOf(node.operatorToken));
      if (other !== undefined && !isOfText(node)) {
        const isOn = this.#add(node.operatorToken, other);
        const changed = `${this.#textOf(node.left)} ${other} ${this.#textOf(node.right)}`;
        return `(${isOn} ? ${changed} : ${this.#withChildren(node)})`;
      }
    } else if (ts.isPropertyAccessExpression(node)) {
      const other = functions.get(node.name.text);
      if (other !== undefined && ts.isCallExpression(node.parent) && node.parent.expression === node) {
        const isOn = this.#add(node.name, other);
        const dot = node.questionDotToken === undefined ? '' : '?.';
        const name = `[${isOn} ? '${other}' : '${node.name.text}']`;
        return `${this.#rendered(node.expression)}${dot}${name}`;
      }
    } else {
      const other = literalOf(node);
      if (other !== null) return `(${this.#add(node, other)} ? ${other} : ${this.#textOf(node)})`;
    }
    return this.#withChildren(node);
  }

  #withChildren(node: ts.Node): string {
    const { text } = this.#source;
    const start = node === this.#source ? 0 : node.getStart(this.#source);
    let [rendered, at] = ['', start];
    ts.forEachChild(node, (child) => {
      const begin = child.getStart(this.#source);
      rendered += text.slice(at, begin) + this.#rendered(child);
      at = child.getEnd();
    });
    return rendered + text.slice(at, node.getEnd());
  }

  /** The call that says whether the change is the planted one. */
  #add(node: ts.Node, to: string): string {
    const { line } = this.#source.getLineAndCharacterOfPosition(node.getStart(this.#source));
    const id = this.#firstId + this.#mutants.length;
    const text = this.#source.text.split('\n')[line]?.trim() ?? '';
    const from = this.#textOf(node);
    const same = this.#mutants.filter((each) => each.text === text && each.from === from && each.to === to);
    this.#mutants.push({ id, file: this.#file, line: line + 1, text, from, to, nth: same.length + 1 });
    return `${switchName}(${id})`;
  }

  #textOf(node: ts.Node): string {
    return this.#source.text.slice(node.getStart(this.#source), node.getEnd());
  }
}

function isCondition(node: ts.Node): boolean {
  const { parent } = node;
  return (
    (ts.isIfStatement(parent) && parent.expression === node) ||
    (ts.isConditionalExpression(parent) && parent.condition === node)
  );
}

function literalOf(node: ts.Node): string | null {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return 'false';
  if (node.kind === ts.SyntaxKind.FalseKeyword) return 'true';
  if (!ts.isNumericLiteral(node) || isName(node)) return null;
  return node.text === '0' ? '1' : '0';
}

/** `{ 12: 'December' }` */
function isName(node: ts.NumericLiteral): boolean {
  const { parent } = node;
  return (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) && parent.name === node;
}

/** Texts are put together with + too. */
function isOfText({ left, right, operatorToken }: ts.BinaryExpression): boolean {
  const isText = (node: ts.Node): boolean =>
    ts.isStringLiteral(node) || ts.isTemplateLiteral(node) || (ts.isBinaryExpression(node) && isOfText(node));
  return operatorToken.kind === ts.SyntaxKind.PlusToken && (isText(left) || isText(right));
}

const both = (pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> =>
  new Map(pairs.flatMap(([one, other]) => [[one, other] as const, [other, one] as const]));

const operators = both([
  ['<', '<='],
  ['>', '>='],
  ['===', '!=='],
  ['+', '-'],
  ['*', '/'],
  ['&&', '||'],
  ['+=', '-='],
]);

const functions = both([
  ['min', 'max'],
  ['plus', 'minus'],
  ['times', 'dividedBy'],
  ['some', 'every'],
  ['greaterThan', 'greaterThanOrEqualTo'],
  ['lessThan', 'lessThanOrEqualTo'],
  ['gt', 'gte'],
  ['lt', 'lte'],
  ['ceil', 'floor'],
]);
