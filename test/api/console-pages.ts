/** Which role sees which page of the console: read from the door of the pages, without what a browser needs. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { table } from './markdown.js';

const DOOR = 'apps/console/src/pages.ts';
const ROLES = ['admin', 'auditor', 'finance', 'operator', 'compliance', 'provider', 'customer'] as const;

export interface ConsolePage {
  /** With its parameters: `/entries/:id`. */
  readonly route: string;
  readonly name: string;
  /** Reads that it is nothing without. */
  readonly needs: readonly string[];
  /** Whether it stands in the menu. */
  readonly isListed: boolean;
}

/** Every call of `page` and `pageOf` in the door's list. @throws Error when there is none */
export function readConsolePages(): ConsolePage[] {
  const source = ts.createSourceFile(DOOR, readFileSync(DOOR, 'utf8'), ts.ScriptTarget.ES2022, true);
  const pages: ConsolePage[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && /^page(Of)?$/.test(node.expression.text))
      pages.push(pageOf(node, node.expression.text === 'page'));
    else ts.forEachChild(node, visit);
  };
  visit(source);
  if (pages.length === 0) throw new Error(`${DOOR} lists no page`);
  return pages;
}

function pageOf({ arguments: given }: ts.CallExpression, isListed: boolean): ConsolePage {
  const text = (place: number): string => {
    const node = given[place];
    if (node === undefined || !ts.isStringLiteral(node))
      throw new Error(`argument ${place} of a page of ${DOOR} is no text`);
    return node.text;
  };
  const lists = given.filter(ts.isArrayLiteralExpression);
  const needs = lists[0]?.elements.filter(ts.isStringLiteral).map((node) => node.text) ?? [];
  return isListed
    ? { route: text(0), name: text(1), needs, isListed }
    : { route: `${text(0)}/:${text(1)}`, name: text(2), needs, isListed };
}

/** Whether a role may call all reads that a page needs. @param roles of each route, as `get /v1/…` */
export function isOpenTo(
  { needs }: ConsolePage,
  role: string,
  roles: Readonly<Record<string, readonly string[]>>,
): boolean {
  return needs.every((path) => roles[`get ${path}`]?.includes(role) === true);
}

/** Roles and pages as a table. */
export function consoleMatrix(roles: Readonly<Record<string, readonly string[]>>): string {
  return table(
    ['Page', 'Path', ...ROLES],
    readConsolePages().map((page) => [
      page.name,
      `\`${page.route}\``,
      ...ROLES.map((role) => (isOpenTo(page, role, roles) ? (page.isListed ? 'menu' : 'yes') : '–')),
    ]),
  );
}
