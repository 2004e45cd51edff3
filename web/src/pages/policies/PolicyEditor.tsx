import { IconMapQuestion } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useItem, useKnown } from '../../api/hooks';
import { EmptyState } from '../../components/EmptyState';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import ExportPolicyForm from './ExportPolicyForm';
import { ImportPolicyChange } from './ImportPolicyChange';

// A policy that is there, in the form that made it.
export default function PolicyEditor() {
  const { t } = useTranslation();
  const { namespace, name = '' } = useParams();
  const policy = useItem('Policy', namespace, name);
  const known = useKnown('Policy');
  if (policy?.spec.import) return <ImportPolicyChange key={name} policy={policy} from={policy.spec.import} />;
  if (policy) return <ExportPolicyForm key={name} policy={policy} />;
  return (
    <Page title={name} back={{ to: '/policies', label: t('nav.policies') }}>
      <Panel>
        {known ? (
          <EmptyState Icon={IconMapQuestion} title={t('policy.gone')} text={t('policy.goneText')} />
        ) : (
          <Loading />
        )}
      </Panel>
    </Page>
  );
}
