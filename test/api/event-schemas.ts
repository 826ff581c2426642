/**
 * The JSON Schemas of the journal's events, made from their TypeScript types: whatever joins `LedgerEvent` or
 * `RegistryEvent` has a schema by that alone. Where a type says less than is known, a tag of its comment says the rest:
 *
 * - `@pattern ^…$` on an alias of `string`: its form; or `@pattern NAME`, a regular expression of the same file;
 * - `@minimum N`, `@maximum N` on an alias of `number`;
 * - `@home member` on an event of holder shards: it stands in the shard of the holder that this member names;
 * - `@unrecorded` on a member that no event has.
 *
 * Every number of an event is a whole one from 0 to 2^53 - 1. Source: JSON Schema, draft 2020-12.
 */
import ts from 'typescript';
import type { Place } from '#domain';

export interface JsonSchema {
  $ref?: string;
  description?: string;
  type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  const?: string | boolean;
  enum?: string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  propertyNames?: JsonSchema;
  additionalProperties?: false | JsonSchema;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  /** The member that names the holder in whose shard the event stands. */
  'x-home'?: string;
  /** What the elements of the event's line are. */
  'x-places'?: readonly Place[];
}

export interface EventSchemas {
  readonly $schema: string;
  readonly title: string;
  readonly description: string;
  /** One for each event, one for each type that they share, and one for each union of events. */
  readonly $defs: Readonly<Record<string, JsonSchema>>;
  readonly oneOf: readonly JsonSchema[];
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['source'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
};

/**
 * Makes the schemas of the unions of events that a file exports.
 *
 * @throws Error naming the member whose type has no schema
 */
export function generateEventSchemas(file: string, unions: readonly string[]): EventSchemas {
  const program = ts.createProgram({ rootNames: [file], options: OPTIONS });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} is no module`);
  const exported = new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
  const schemas = new SchemaMaker(checker);
  for (const name of unions) {
    const union = exported.get(name);
    if (union === undefined) throw new Error(`${file} exports no ${name}`);
    schemas.defineUnion(name, union);
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The events of an Airtime journal',
    description:
      'Written by `npm run docs:write` from the TypeScript types of the events; CI fails when the two differ. docs/journal.md says what they mean.',
    $defs: sorted(schemas.defined),
    oneOf: unions.map((name) => ({ $ref: `#/$defs/${name}` })),
  };
}

const PLAIN: ReadonlyMap<ts.SyntaxKind, JsonSchema> = new Map<ts.SyntaxKind, JsonSchema>([
  [ts.SyntaxKind.StringKeyword, { type: 'string' }],
  [ts.SyntaxKind.NumberKeyword, { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }],
  [ts.SyntaxKind.BooleanKeyword, { type: 'boolean' }],
]);

class SchemaMaker {
  readonly defined: Record<string, JsonSchema> = {};
  private readonly origins = new Map<string, ts.Declaration>();

  constructor(private readonly checker: ts.TypeChecker) {}

  /** Defines every event of a union, and the union. */
  defineUnion(name: string, union: ts.Symbol): void {
    const type = this.checker.getDeclaredTypeOfSymbol(this.resolved(union));
    const members = type.isUnion() ? type.types : [type];
    const events = members.map((member) => this.reference(member.symbol).$ref!).sort();
    this.defined[name] = { oneOf: events.map(($ref) => ({ $ref })) };
  }

  /** The schema of a type as it is written. A name becomes a reference, so that a reader meets the same word. */
  private of(node: ts.TypeNode): JsonSchema {
    const plain = PLAIN.get(node.kind);
    if (plain !== undefined) return { ...plain };
    if (ts.isParenthesizedTypeNode(node)) return this.of(node.type);
    if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword) return this.of(node.type);
    if (ts.isArrayTypeNode(node)) return { type: 'array', items: this.of(node.elementType) };
    if (ts.isTypeLiteralNode(node)) return this.object(this.checker.getTypeFromTypeNode(node));
    if (ts.isTypeReferenceNode(node)) return this.named(node);
    return this.literals(node);
  }

  private named(node: ts.TypeReferenceNode): JsonSchema {
    const symbol = this.resolved(this.checker.getSymbolAtLocation(node.typeName)!);
    const [first, second] = node.typeArguments ?? [];
    if (symbol.name === 'Readonly' && first !== undefined) return this.of(first);
    if (symbol.name === 'Record' && first !== undefined && second !== undefined) {
      return { type: 'object', propertyNames: this.of(first), additionalProperties: this.of(second) };
    }
    if (first !== undefined) throw this.unknown(node);
    return this.reference(symbol);
  }

  private reference(symbol: ts.Symbol): JsonSchema {
    const { name } = symbol;
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined) throw new Error(`${name} is declared nowhere`);
    const origin = this.origins.get(name);
    if (origin !== undefined && origin !== declaration) throw new Error(`two types of events are called ${name}`);
    if (origin === undefined) {
      this.origins.set(name, declaration);
      this.defined[name] = this.definition(symbol, declaration);
    }
    return { $ref: `#/$defs/${name}` };
  }

  private definition(symbol: ts.Symbol, declaration: ts.Declaration): JsonSchema {
    const description = this.commentOf(symbol);
    const schema = ts.isTypeAliasDeclaration(declaration)
      ? this.of(declaration.type)
      : this.object(this.checker.getDeclaredTypeOfSymbol(symbol));
    return { ...(description === '' ? {} : { description }), ...schema, ...tagged(declaration, schema) };
  }

  private object(type: ts.Type): JsonSchema {
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const property of this.checker.getPropertiesOfType(type)) {
      const declaration = property.declarations?.[0];
      if (declaration === undefined || !ts.isPropertySignature(declaration) || declaration.type === undefined) {
        throw new Error(`the member ${property.name} of ${this.checker.typeToString(type)} is no plain one`);
      }
      if (tagOf(declaration, 'unrecorded') !== undefined) continue;
      const comment = this.commentOf(property);
      properties[property.name] = { ...this.of(declaration.type), ...(comment === '' ? {} : { description: comment }) };
      if ((property.flags & ts.SymbolFlags.Optional) === 0) required.push(property.name);
    }
    return { type: 'object', properties, required, additionalProperties: false };
  }

  /** A literal, or a union of them, however it is written. */
  private literals(node: ts.TypeNode): JsonSchema {
    const type = this.checker.getTypeFromTypeNode(node);
    const values = (type.isUnion() ? type.types : [type]).map((one) => {
      if (one.isStringLiteral()) return one.value;
      throw this.unknown(node);
    });
    return values.length === 1 ? { type: 'string', const: values[0]! } : { type: 'string', enum: values.sort() };
  }

  private commentOf(symbol: ts.Symbol): string {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.checker));
    return text.replaceAll(/\{@link ([^}]*)\}/g, '$1').replaceAll(/\s+/g, ' ');
  }

  private resolved(symbol: ts.Symbol): ts.Symbol {
    return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : this.checker.getAliasedSymbol(symbol);
  }

  private unknown(node: ts.TypeNode): Error {
    const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
    return new Error(`${node.getSourceFile().fileName}:${line + 1}: no schema for the type ${node.getText()}`);
  }
}

/** What the tags of a declaration's comment add to the schema of its type. */
function tagged(declaration: ts.Declaration, { type, properties }: JsonSchema): JsonSchema {
  const added: JsonSchema = {};
  const pattern = tagOf(declaration, 'pattern');
  if (pattern !== undefined) added.pattern = pattern.startsWith('^') ? pattern : regExpOf(declaration, pattern);
  for (const bound of ['minimum', 'maximum'] as const) {
    const text = tagOf(declaration, bound);
    if (text !== undefined) added[bound] = Number(text);
  }
  const home = tagOf(declaration, 'home');
  if (home !== undefined) added['x-home'] = home;
  const isFit =
    (pattern === undefined || type === 'string') &&
    ((added.minimum ?? added.maximum) === undefined || type === 'integer') &&
    (home === undefined || properties?.[home] !== undefined);
  if (!isFit) throw new Error(`the tags of ${declaration.getText().split('\n', 1)[0]} do not fit its type`);
  return added;
}

function tagOf(declaration: ts.Declaration, name: string): string | undefined {
  const tag = ts.getJSDocTags(declaration).find(({ tagName }) => tagName.text === name);
  return tag === undefined ? undefined : (ts.getTextOfJSDocComment(tag.comment) ?? '').trim();
}

/** The source of a regular expression that the declaration's file keeps under a name. */
function regExpOf(declaration: ts.Declaration, name: string): string {
  for (const statement of declaration.getSourceFile().statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name: variable, initializer } of statement.declarationList.declarations) {
      if (variable.getText() !== name || initializer === undefined) continue;
      const source = /^\/(\^.*\$)\/$/.exec(initializer.getText())?.[1];
      if (source !== undefined) return source.replaceAll('\\/', '/');
    }
  }
  throw new Error(`${declaration.getSourceFile().fileName} has no regular expression ${name} that spans a text`);
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
