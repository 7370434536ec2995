import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

/** A page with its title; tools stand at the title's end. */
export function Page({
  title,
  tools,
  children,
}: {
  readonly title: string;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}) {
  useDocumentTitle(`${title} · Baton`);
  return (
    <div className="page">
      <div className="page-title">
        <h1>{title}</h1>
        {tools}
      </div>
      {children}
    </div>
  );
}
