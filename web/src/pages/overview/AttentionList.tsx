import { Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useServerWords } from '../../app/server_texts';
import { ButtonLink } from '../../components/ButtonLink';
import { Loading } from '../../components/Loading';
import { Panel } from '../../components/Page';
import { Words } from '../../components/Words';
import type { Attention } from '../../lib/attention';

function Line({ item }: { item: Attention }) {
  const { t } = useTranslation();
  const { explain } = useServerWords();
  const title =
    item.kind === 'action'
      ? t(`attention.${item.actionKind ?? 'Export'}`, { name: item.name })
      : t(`attention.${item.kind}`, { name: item.name });
  return (
    <li className="line" data-testid={`attention-${item.id}`}>
      <IconAlertTriangle size={20} className={item.kind === 'application' ? 'tone-warn' : 'tone-bad'} aria-hidden />
      <div className="line-text">
        <Text size="sm" fw={600} className="wrap">
          {title}
        </Text>
        {item.trouble && (
          <Text size="sm" c="dimmed" className="wrap">
            <Words text={explain(item.trouble).message} />
          </Text>
        )}
      </div>
      <ButtonLink to={item.to} variant="light" size="xs">
        {t(`attention.button.${item.kind}`)}
      </ButtonLink>
    </li>
  );
}

export function AttentionList({ items, known }: { items: Attention[]; known: boolean }) {
  const { t } = useTranslation();
  return (
    <Panel flush title={t('attention.title')} testid="attention">
      {!known ? (
        <Loading rows={2} />
      ) : items.length > 0 ? (
        <ul className="lines">
          {items.map((item) => (
            <Line key={item.id} item={item} />
          ))}
        </ul>
      ) : (
        <Group className="panel-body" gap="xs" wrap="nowrap">
          <IconCircleCheck size={20} className="tone-good fixed" aria-hidden />
          <Text size="sm">{t('attention.none')}</Text>
        </Group>
      )}
    </Panel>
  );
}
