/**
 * What a node's answer must look like before anything believes it: that it answers the request at hand, and has the members
 * that are read, as the Ethereum execution API specifies them. A member that is missing would be taken for nothing: a final
 * block without a number, a receipt without a status.
 */
type Check = (value: unknown, params: readonly unknown[]) => boolean;

const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);
const isQuantity = matches(/^0x[0-9a-f]{1,64}$/i);
const isData = matches(/^0x[0-9a-f]*$/i);
const isHash = matches(/^0x[0-9a-f]{64}$/i);
const isAddress = matches(/^0x[0-9a-f]{40}$/i);

const orNull =
  (check: Check): Check =>
  (value, params) =>
    value === null || value === undefined || check(value, params);

const listOf =
  (check: Check): Check =>
  (value, params) =>
    Array.isArray(value) && value.every((item) => check(item, params));

const withMembers =
  (members: Readonly<Record<string, Check>>): Check =>
  (value, params) =>
    isRecord(value) && Object.entries(members).every(([name, check]) => check(value[name], params));

const isLog = withMembers({
  address: isAddress,
  topics: listOf(isHash),
  data: isData,
  // Null in a log of no block, which its reader refuses.
  ...{ blockNumber: orNull(isQuantity), blockHash: orNull(isHash) },
  ...{ transactionHash: orNull(isHash), logIndex: orNull(isQuantity) },
});

const isTransaction = withMembers({ hash: isHash, nonce: isQuantity, from: isAddress });

const isBlock = withMembers({
  // Asked for by its number, it is that block; a tag may name any.
  number: (value, [asked]) => isQuantity(value) && (!isQuantity(asked) || isSameNumber(value, asked)),
  hash: isHash,
  timestamp: isQuantity,
  gasLimit: isQuantity,
  baseFeePerGas: orNull(isQuantity),
  transactions: (value, params) => listOf(params[1] === true ? isTransaction : isHash)(value, params),
});

const isAskedHash: Check = (value, [asked]) => isHash(value) && String(value).toLowerCase() === lower(asked);

const isReceipt = withMembers({
  transactionHash: isAskedHash,
  blockNumber: isQuantity,
  blockHash: isHash,
  status: matches(/^0x[01]$/),
  logs: listOf(isLog),
  gasUsed: orNull(isQuantity),
  effectiveGasPrice: orNull(isQuantity),
});

/** By method, everything that this lib asks a node. */
const RESULTS: Readonly<Record<string, Check>> = {
  eth_chainId: isQuantity,
  eth_getTransactionCount: isQuantity,
  eth_estimateGas: isQuantity,
  eth_gasPrice: isQuantity,
  eth_maxPriorityFeePerGas: isQuantity,
  eth_getCode: isData,
  eth_call: isData,
  eth_sendRawTransaction: isHash,
  eth_getBlockByNumber: orNull(isBlock),
  eth_getTransactionByHash: orNull(withMembers({ hash: isAskedHash })),
  eth_getTransactionReceipt: orNull(isReceipt),
  eth_getLogs: listOf(isLog),
};

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params?: readonly unknown[];
}

/** @throws Error in one line when the text is no JSON-RPC answer to the request, or its result is not what was asked for */
export function assertAnswers(text: string, request: string): void {
  const { id, method, params = [] } = JSON.parse(request) as Request;
  const answer = parse(text);
  if (!isRecord(answer)) throw new Error(`what answered ${method} is no node: its answer is no JSON-RPC`);
  const isError = isRecord(answer['error']) && typeof answer['error']['message'] === 'string';
  // A node that could not read the id of a request refuses it without one.
  const isOurs = answer['id'] === id || (isError && (answer['id'] ?? null) === null);
  if (!isOurs) throw new Error(`the node answered another request than ${method}`);
  if (isError) return;
  const check = Object.hasOwn(RESULTS, method) ? RESULTS[method]! : () => true;
  if (!Object.hasOwn(answer, 'result') || !check(answer['result'], params)) {
    throw new Error(`the node's answer to ${method} is none`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSameNumber(left: unknown, right: unknown): boolean {
  return BigInt(left as string) === BigInt(right as string);
}

function lower(value: unknown): string {
  return String(value).toLowerCase();
}
