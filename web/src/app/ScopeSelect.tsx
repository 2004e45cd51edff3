// Which namespace the pages are about. Somebody who may not list all of them types the one he may see.
import { Autocomplete, type AutocompleteProps } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFetch, useItems } from '../api/hooks';
import { getCluster } from '../api/generated/operations';
import { isName } from '../lib/names';
import { useSession } from './session';
import { choose, useSettings } from './settings';

export function ScopeSelect(props: Pick<AutocompleteProps, 'visibleFrom' | 'hiddenFrom' | 'mb'>) {
  const { t } = useTranslation();
  const { session } = useSession();
  const { namespace } = useSettings();
  const [typed, setTyped] = useState(namespace);
  const [asked, setAsked] = useState(false);
  const { data } = useFetch(asked ? 'cluster' : undefined, getCluster);
  const here = useItems('Application').map((application) => application.namespace);
  useEffect(() => setTyped(namespace), [namespace]);

  const all = t('scope.all');
  const names = [...new Set([session.systemNamespace, ...(data?.namespaces ?? []), ...here])].sort();
  const take = (value: string) => {
    const next = value === all ? '' : value.trim();
    if (next === '' || isName(next)) choose({ namespace: next });
    else setTyped(namespace);
  };
  return (
    <Autocomplete
      {...props}
      size="sm"
      aria-label={t('scope.label')}
      data-testid="scope"
      placeholder={all}
      leftSection={<IconFilter size={16} aria-hidden />}
      data={[all, ...names]}
      limit={200}
      value={typed}
      onFocus={() => setAsked(true)}
      onChange={setTyped}
      onOptionSubmit={take}
      onBlur={() => take(typed)}
      onKeyDown={(event) => event.key === 'Enter' && take(typed)}
      clearable
      clearButtonProps={{ 'aria-label': t('scope.clear'), onClick: () => take('') }}
      maxDropdownHeight={320}
      w={{ base: '100%', sm: 200 }}
    />
  );
}
