import { Group, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useItems } from '../../api/hooks';
import type { Action } from '../../api/types';
import { Address } from '../../components/Address';
import { RestoreButton } from '../../components/ApplicationButtons';
import { ButtonLink } from '../../components/ButtonLink';
import { phaseOf } from '../../lib/actions';
import { subjectOf } from '../../lib/applications';
import { TokenPanel } from './TokenPanel';

function Done({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <section className="panel outcome" data-testid="outcome">
      <IconCircleCheck size={28} className="tone-good" aria-hidden />
      <Stack gap="xs" style={{ minWidth: 0 }}>
        <Title order={2}>{title}</Title>
        {children}
      </Stack>
    </section>
  );
}

// What came of it, and what comes next.
export function Outcome({ action }: { action: Action }) {
  const { t } = useTranslation();
  const subject = subjectOf(action, useItems('RestorePoint'));
  const { status, spec } = action;
  if (phaseOf(action) !== 'Succeeded') return null;
  if (action.kind === 'Export' && status?.tokenSecret) return <TokenPanel action={action} />;
  if (action.kind === 'Import' && subject) {
    return (
      <Done title={t('outcome.imported', { name: subject })}>
        <Group gap="xs">
          <RestoreButton name={subject} point={status?.newest?.name} />
          <ButtonLink to={`/applications/${subject}`} variant="default">
            {t('outcome.toApplication')}
          </ButtonLink>
        </Group>
      </Done>
    );
  }
  if (action.kind === 'Backup' && subject) {
    const point = status?.restorePoint;
    return (
      <Done title={t('outcome.backedUp', { name: subject })}>
        <Group gap="xs">
          {point && (
            <ButtonLink to={`/restorepoints/${point.namespace ?? action.metadata.namespace}/${point.name}`}>
              {t('outcome.toPoint')}
            </ButtonLink>
          )}
          <ButtonLink to={`/applications/${subject}`} variant="default">
            {t('outcome.toApplication')}
          </ButtonLink>
        </Group>
      </Done>
    );
  }
  if (action.kind === 'Restore' && !spec.planOnly) {
    const target = status?.targetNamespace ?? spec.targetNamespace;
    return (
      <Done title={t('outcome.restored', { name: target })}>
        {status?.address && (
          <Text>
            {t('outcome.address')}{' '}
            <Address address={status.address} testid="address" />
          </Text>
        )}
        <Group gap="xs">
          <ButtonLink to={`/applications/${target}`} variant="default">
            {t('outcome.toApplication')}
          </ButtonLink>
        </Group>
      </Done>
    );
  }
  return null;
}
