// A page that breaks says so, in its place; the rest goes on.
import { Button, Stack } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { TroubleAlert } from '../components/TroubleAlert';

function Broken({ error }: { error: Error }) {
  const { t } = useTranslation();
  return (
    <Stack align="flex-start">
      <TroubleAlert title={t('app.broken')} trouble={{ message: error.message, fix: t('app.brokenFix') }} />
      <Button onClick={() => window.location.reload()}>{t('app.reload')}</Button>
    </Stack>
  );
}

export class ErrorBoundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    return this.state.error ? <Broken error={this.state.error} /> : this.props.children;
  }
}
