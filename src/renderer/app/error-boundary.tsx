import { Button, Code, Text } from '@mantine/core';
import i18next from 'i18next';
import { Component, type ReactNode } from 'react';

/** Keeps an error of one page from taking the console with it. A new `place` gives the page another chance. */
export class ErrorBoundary extends Component<
  { readonly place: string; readonly children: ReactNode },
  { readonly error: Error | null; readonly place: string }
> {
  override state: { readonly error: Error | null; readonly place: string } = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  static getDerivedStateFromProps({ place }: { place: string }, state: { place: string }) {
    return place === state.place ? null : { error: null, place };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className="empty-state" role="alert">
        <Text fw={600}>{i18next.t('app:crashed')}</Text>
        <Text c="dimmed" size="sm">
          {i18next.t('app:crashedHint')}
        </Text>
        <Code block>{error.message}</Code>
        <Button variant="default" onClick={() => this.setState({ error: null })}>
          {i18next.t('app:reload')}
        </Button>
      </div>
    );
  }
}
