import { Badge, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { getApplication } from '../../api/generated/operations';
import { useFetch } from '../../api/hooks';
import { Loading } from '../../components/Loading';
import { Panel } from '../../components/Page';
import { Status } from '../../components/Status';
import { TroubleAlert } from '../../components/TroubleAlert';

function Lines<T>({ title, items, render }: { title: string; items: T[]; render: (item: T) => ReactNode }) {
  if (items.length === 0) return null;
  return (
    <Panel flush title={`${title} · ${items.length}`}>
      <ul className="lines dense">
        {items.map((item, index) => (
          <li key={index} className="line">
            {render(item)}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Named({ name, detail }: { name: string; detail?: string }) {
  return (
    <div className="line-text">
      <Text size="sm" fw={600} className="wrap">
        {name}
      </Text>
      {detail && (
        <Text size="xs" c="dimmed" className="wrap">
          {detail}
        </Text>
      )}
    </div>
  );
}

// What the namespace holds now.
export function ApplicationContent({ namespace }: { namespace: string }) {
  const { t } = useTranslation();
  const { data, error } = useFetch(namespace, (signal) => getApplication(namespace, signal));
  if (error) return <TroubleAlert trouble={error} />;
  if (!data) {
    return (
      <Panel>
        <Loading />
      </Panel>
    );
  }
  return (
    <>
      <Lines
        title={t('application.workloads')}
        items={data.workloads}
        render={({ kind, name, ready, desired, images }) => (
          <>
            <Named name={name} detail={[kind, ...(images ?? [])].join(' · ')} />
            <Status tone={desired === 0 ? 'idle' : ready >= desired ? 'good' : 'warn'}>{`${ready}/${desired}`}</Status>
          </>
        )}
      />
      <Lines
        title={t('application.volumes')}
        items={data.volumes}
        render={({ name, capacity, storageClass, accessModes, mode }) => (
          <>
            <Named name={name} detail={[storageClass, ...(accessModes ?? []), mode].filter(Boolean).join(' · ')} />
            <Text size="sm" className="number">
              {capacity}
            </Text>
          </>
        )}
      />
      <Lines
        title={t('application.services')}
        items={data.services}
        render={({ name, type, ports }) => (
          <>
            <Named name={name} detail={type} />
            <Group gap={4} justify="flex-end">
              {(ports ?? []).map((port) => (
                <Badge key={port} variant="default" tt="none" fw={500}>
                  {port}
                </Badge>
              ))}
            </Group>
          </>
        )}
      />
      <Lines
        title={t('application.pods')}
        items={data.pods}
        render={({ name, phase, ready, node }) => (
          <>
            <Named name={name} detail={node} />
            <Status tone={ready ? 'good' : phase === 'Succeeded' ? 'idle' : 'warn'}>
              {t(`podPhase.${phase}`, { defaultValue: phase })}
            </Status>
          </>
        )}
      />
    </>
  );
}
