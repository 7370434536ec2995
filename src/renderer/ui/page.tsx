import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

/** A page with its title; tools stand at the title's end. With `fill` its content has the height that is left. */
export function Page({
  title,
  tools,
  fill = false,
  children,
}: {
  readonly title: string;
  readonly tools?: ReactNode;
  readonly fill?: boolean;
  readonly children: ReactNode;
}) {
  useDocumentTitle(`${title} · Baton`);
  return (
    <div className="page" data-fill={fill || undefined}>
      <div className="page-title">
        <h1>{title}</h1>
        {tools}
      </div>
      {children}
    </div>
  );
}
