drop table yearly_accounts;
