import { relative } from 'node:path';
import ts from 'typescript';

/** A small change of one operator, condition or number, such as a slip of the hand would make. */
export interface OperatorMutant {
  readonly file: string;
  readonly line: number;
  /** What stands there, and what is put in its place. */
  readonly from: string;
  readonly to: string;
  /** The whole file with it. */
  readonly text: string;
}

/**
 * All of a source file, in order of place. Types are left alone: what does not compile says nothing of the
 * tests.
 */
export function operatorMutants(root: string, path: string, text: string): OperatorMutant[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: OperatorMutant[] = [];
  const replace = (node: ts.Node, to: string): void => {
    const [start, end] = [node.getStart(source), node.getEnd()];
    found.push({
      file: relative(root, path),
      line: source.getLineAndCharacterOfPosition(start).line + 1,
      from: text.slice(start, end),
      to,
      text: text.slice(0, start) + to + text.slice(end),
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isImportDeclaration(node)) return;
    change(node, source, replace);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function change(node: ts.Node, source: ts.SourceFile, replace: (node: ts.Node, to: string) => void): void {
  if (ts.isBinaryExpression(node)) {
    const other = operators.get(node.operatorToken.getText(source));
    if (other !== undefined && !isOfText(node)) replace(node.operatorToken, other);
  } else if (ts.isIfStatement(node)) {
    replace(node.expression, `!(${node.expression.getText(source)})`);
  } else if (ts.isConditionalExpression(node)) {
    replace(node.condition, `!(${node.condition.getText(source)})`);
  } else if (ts.isPropertyAccessExpression(node)) {
    const other = functions.get(node.name.text);
    if (other !== undefined && ts.isCallExpression(node.parent)) replace(node.name, other);
  } else if (node.kind === ts.SyntaxKind.TrueKeyword) {
    replace(node, 'false');
  } else if (node.kind === ts.SyntaxKind.FalseKeyword) {
    replace(node, 'true');
  } else if (ts.isNumericLiteral(node)) {
    replace(node, node.text === '0' ? '1' : '0');
  }
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
