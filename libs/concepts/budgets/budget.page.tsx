/** What may still be spent? A customer's budgets as a tree: limit, used, held and left of each. */
import './budget.page.css';
import {
  Answered,
  AsOf,
  Empty,
  Instant,
  Money,
  Page,
  PageLink,
  Table,
  thousandths,
  useAsOf,
  useParams,
  useRead,
  type Schemas,
} from '#console-kit';

type Budget = Schemas['BudgetAnswer'];

const BUDGETS_SHOWN = 500;

export default function Budgets() {
  const { id = '' } = useParams();
  const [asOf] = useAsOf();
  const budgets = useRead('/v1/holders/{id}/budgets', { path: { id }, query: { asOf, limit: BUDGETS_SHOWN } });
  return (
    <Page
      question={`What may ${id} still spend?`}
      about="A budget counts what is used at its path and below. Whatever is used must find room in all of them above it."
    >
      <AsOf closed={asOf !== undefined && budgets.data !== undefined} />
      <Answered of={budgets} lines={6}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty>
              No budget was set by then: <PageLink to={`/holders/${encodeURIComponent(id)}`}>what {id} has</PageLink> is
              its only limit.
            </Empty>
          ) : (
            <>
              <Tree budgets={items} />
              {nextCursor === null ? null : <p>The first {items.length} are shown.</p>}
            </>
          )
        }
      </Answered>
    </Page>
  );
}

function Tree({ budgets }: { readonly budgets: readonly Budget[] }) {
  const paths = new Set(budgets.map(({ path }) => path));
  /** How many budgets stand above a path. */
  const depthOf = (path: string) =>
    path.split('/').filter((_, place, parts) => place > 0 && paths.has(parts.slice(0, place).join('/'))).length;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Budgets">
      <Table withRowBorders data-testid="budgets">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Budget</Table.Th>
            <Table.Th scope="col">Period</Table.Th>
            {['Limit', 'Used', 'Held', 'Left'].map((name) => (
              <Table.Th key={name} scope="col" className="amount">
                {name}
              </Table.Th>
            ))}
            <Table.Th scope="col">When it is full</Table.Th>
            <Table.Th scope="col">Runs dry</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {budgets.map((budget) => (
            <Table.Tr key={budget.path}>
              <Table.Th scope="row">
                <span className={`budget-path depth-${Math.min(depthOf(budget.path), 7)}`}>{budget.path}</span>
                <Bar budget={budget} />
              </Table.Th>
              <Table.Td>
                {budget.period}
                {budget.periodEnd === null ? null : (
                  <>
                    <br />
                    until <Instant at={budget.periodEnd} />
                  </>
                )}
              </Table.Td>
              {[budget.limit, budget.used, budget.held, budget.remaining].map((value, column) => (
                <Table.Td key={column} className="amount">
                  <Money value={value} decimals={6} />
                </Table.Td>
              ))}
              <Table.Td>{budget.onExceed}</Table.Td>
              <Table.Td>
                <Instant at={budget.runsDryAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** Used and held as parts of the limit. */
function Bar({ budget: { limit, used, held } }: { readonly budget: Budget }) {
  const usedPart = thousandths(used, limit);
  const heldPart = Math.min(thousandths(held, limit), 1000 - usedPart);
  return (
    <svg className="budget-bar" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden>
      <rect className="budget-used" x={0} y={0} width={usedPart} height={8} />
      <rect className="budget-held" x={usedPart} y={0} width={heldPart} height={8} />
    </svg>
  );
}
