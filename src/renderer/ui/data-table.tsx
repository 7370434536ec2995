import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import './data-table.css';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A CSS width; without one the column takes what is left. */
  readonly width?: number | string;
  readonly numeric?: boolean;
  cell(row: Row): ReactNode;
}

/** A plain table for up to a few hundred rows: dense, with a head that stays. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  keyOf,
  onOpen,
  rowClass,
}: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  keyOf(row: Row): string | number;
  /** A double click on a row; the row has a link to the same place as well. */
  readonly onOpen?: (row: Row) => void;
  readonly rowClass?: (row: Row) => string | undefined;
}) {
  return (
    <div className="data-table">
      <Table aria-label={label} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ id, title, width }) => (
              <Table.Th key={id} {...(width === undefined ? {} : { w: width })} title={title}>
                <div className="ellipsis">{title}</div>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr
              key={keyOf(row)}
              className={rowClass?.(row) ?? ''}
              {...(onOpen === undefined ? {} : { onDoubleClick: () => onOpen(row) })}
            >
              {columns.map(({ id, numeric, cell }) => (
                <Table.Td key={id} className={numeric === true ? 'number' : ''}>
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
