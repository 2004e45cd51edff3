import { Button, Group, VisuallyHidden } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const rowsAtOnce = 100;

export interface Column<Row> {
  key: string;
  label: string;
  hideLabel?: boolean; // only read aloud
  render: (row: Row) => ReactNode;
  // On narrow screens a row is a card: its lead has a line of its own, `wide` is left out, `labelled` says what it is.
  narrow?: 'lead' | 'wide' | 'labelled';
  end?: boolean;
}

interface DataTableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  testid?: string;
}

const narrowClasses = { lead: 'lead', wide: 'wide-only', labelled: 'labelled' };

function classOf({ narrow, end }: { narrow?: 'lead' | 'wide' | 'labelled'; end?: boolean }): string | undefined {
  return [narrow && narrowClasses[narrow], end && 'end'].filter(Boolean).join(' ') || undefined;
}

// The roles are written out because cards (display: flex) would take them away.
export function DataTable<Row>({ label, columns, rows, rowKey, testid }: DataTableProps<Row>) {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(rowsAtOnce);
  return (
    <>
      <table className="list" role="table" aria-label={label} data-testid={testid}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.key} role="columnheader" scope="col" className={column.end ? 'end' : undefined}>
                {column.hideLabel ? <VisuallyHidden>{column.label}</VisuallyHidden> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.slice(0, limit).map((row) => (
            <tr key={rowKey(row)} role="row" data-testid={`row-${rowKey(row)}`}>
              {columns.map((column) => (
                <td
                  key={column.key}
                  role="cell"
                  className={classOf(column)}
                  data-label={column.narrow === 'labelled' ? column.label : undefined}
                >
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > limit && (
        <Group justify="center" p="md">
          <Button variant="default" size="xs" onClick={() => setLimit(limit + rowsAtOnce)}>
            {t('common.more', { count: rows.length - limit })}
          </Button>
        </Group>
      )}
    </>
  );
}
