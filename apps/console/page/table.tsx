import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Figures stand to the right, in figures of equal width. */
  readonly isFigure?: boolean;
}

interface TableProps<Row> {
  readonly caption: string;
  /** Said to screen readers alone, where a heading says the same. */
  readonly isCaptionHidden?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly isChosen?: (row: Row) => boolean;
  readonly foot?: ComponentChildren;
}

/** The first cell of each row is its heading. */
export function Table<Row>({
  caption,
  isCaptionHidden = true,
  columns,
  rows,
  keyOf,
  isChosen,
  foot,
}: TableProps<Row>) {
  return (
    <div class="scroll" role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption class={isCaptionHidden ? 'unseen' : ''}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, isFigure }) => (
              <th key={head} scope="col" class={isFigure === true ? 'figure' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} class={isChosen?.(row) === true ? 'chosen' : ''}>
              {columns.map(({ head, cell, isFigure }, index) => {
                const look = isFigure === true ? 'figure' : '';
                return index === 0 ? (
                  <th key={head} scope="row" class={look}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={head} class={look}>
                    {cell(row)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
        {foot !== undefined && <tfoot>{foot}</tfoot>}
      </table>
    </div>
  );
}
