import type { ReactNode } from 'react';
import { type Column, DataTable } from './data-table.tsx';
import { EmptyState, Failure, Loading } from './state.tsx';
import type { Loaded } from './use-loaded.ts';

/** A table of what a call answers, or what there is to say while there is nothing to show. */
export function LoadedTable<Row>({
  label,
  loaded,
  columns,
  keyOf,
  empty,
  emptyHint,
  emptyIcon,
}: {
  readonly label: string;
  readonly loaded: Loaded<readonly Row[]> & { readonly reload: () => void };
  readonly columns: readonly Column<Row>[];
  keyOf(row: Row): string | number;
  readonly empty: string;
  readonly emptyHint: string;
  readonly emptyIcon?: ReactNode;
}) {
  if (loaded.state === 'loading') return <Loading />;
  if (loaded.state === 'failed') return <Failure message={loaded.message} onRetry={loaded.reload} />;
  if (loaded.value.length === 0) return <EmptyState title={empty} hint={emptyHint} icon={emptyIcon} />;
  return <DataTable label={label} columns={columns} rows={loaded.value} keyOf={keyOf} />;
}
