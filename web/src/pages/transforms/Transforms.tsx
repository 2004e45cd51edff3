import { Text } from '@mantine/core';
import { IconPlus, IconTransform } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useItems, useKnown } from '../../api/hooks';
import { removeObject } from '../../api/objects';
import type { TransformSet } from '../../api/types';
import { useServerWords } from '../../app/server_texts';
import { ButtonLink } from '../../components/ButtonLink';
import { ConfirmButton } from '../../components/ConfirmButton';
import { DataTable, type Column } from '../../components/DataTable';
import { EmptyState } from '../../components/EmptyState';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { ReadyStatus, readyCondition } from '../../components/Status';

function State({ set }: { set: TransformSet }) {
  const { say } = useServerWords();
  const ready = readyCondition(set.status?.conditions);
  return (
    <>
      <ReadyStatus conditions={set.status?.conditions} />
      {ready?.status === 'False' && (
        <Text size="xs" c="dimmed" maw={360} className="wrap">
          {say(ready.message)}
        </Text>
      )}
    </>
  );
}

// Asks with the names of the policies that would miss it.
function Remove({ set }: { set: TransformSet }) {
  const { t, i18n } = useTranslation();
  const { name, namespace = '' } = set.metadata;
  const users = useItems('Policy')
    .filter(({ metadata, spec }) => {
      return metadata.namespace === namespace && spec.restore?.transforms?.some((each) => each.name === name);
    })
    .map(({ metadata }) => metadata.name);
  const question =
    users.length > 0
      ? t('transforms.removeUsed', { name, policies: new Intl.ListFormat(i18n.language).format(users) })
      : t('transforms.removeQuestion', { name });
  return (
    <ConfirmButton
      size="xs"
      label={t('common.remove')}
      question={question}
      onConfirm={() => removeObject('TransformSet', namespace, name)}
      testid={`remove-${name}`}
    />
  );
}

export default function Transforms() {
  const { t } = useTranslation();
  const known = useKnown('TransformSet');
  const rows = [...useItems('TransformSet')].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  const columns: Column<TransformSet>[] = [
    {
      key: 'name',
      label: t('common.name'),
      narrow: 'lead',
      render: ({ metadata, spec }) => (
        <>
          <Link className="list-link" to={`/transforms/${metadata.namespace}/${metadata.name}`}>
            {metadata.name}
          </Link>
          <Text size="xs" c="dimmed" className="wrap">
            {spec.transforms.map(({ name }) => name).join(' · ')}
          </Text>
        </>
      ),
    },
    { key: 'state', label: t('application.state'), render: (set) => <State set={set} /> },
    {
      key: 'rules',
      label: t('transforms.rules'),
      narrow: 'labelled',
      render: ({ spec }) => spec.transforms.length,
    },
    { key: 'namespace', label: t('common.namespace'), narrow: 'wide', render: ({ metadata }) => metadata.namespace },
    {
      key: 'buttons',
      label: t('common.buttons'),
      hideLabel: true,
      end: true,
      render: (set) => <Remove set={set} />,
    },
  ];
  return (
    <Page
      title={t('nav.transforms')}
      subtitle={t('transforms.subtitle')}
      actions={
        rows.length > 0 && (
          <ButtonLink to="/transforms/new" leftSection={<IconPlus size={16} aria-hidden />} testid="add-transforms">
            {t('transforms.add')}
          </ButtonLink>
        )
      }
    >
      <Panel flush>
        {!known ? (
          <Loading />
        ) : rows.length > 0 ? (
          <DataTable
            label={t('nav.transforms')}
            columns={columns}
            rows={rows}
            rowKey={({ metadata }) => `${metadata.namespace}-${metadata.name}`}
            testid="transform-sets"
          />
        ) : (
          <EmptyState Icon={IconTransform} title={t('transforms.none')} text={t('transforms.noneText')}>
            <ButtonLink to="/transforms/new" testid="add-transforms">
              {t('transforms.add')}
            </ButtonLink>
          </EmptyState>
        )}
      </Panel>
    </Page>
  );
}
