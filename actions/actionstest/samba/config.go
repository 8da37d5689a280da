//go:build linux

package samba

// configuration has only the LDAP service; a domain needs the shares to be named.
const configuration = `[global]
	netbios name = DC1
	realm = AD.EXAMPLE.COM
	workgroup = EXAMPLE
	server role = active directory domain controller
	server services = ldap
	private dir = $DIR/private
	state directory = $DIR/state
	cache directory = $DIR/cache
	lock directory = $DIR/lock
	pid directory = $DIR/run
	ncalrpc dir = $DIR/ncalrpc
	binddns dir = $DIR/bind-dns
	winbindd socket directory = $DIR/winbindd
	ntp signd socket directory = $DIR/ntp
	log file = $DIR/log.%m
	logging = file
	interfaces = 127.0.0.1/8
	bind interfaces only = yes
	disable netbios = yes
	dns forwarder =
	dsdb:schema update allowed = yes
	tls enabled = yes
	tls keyfile = $DIR/server.key
	tls certfile = $DIR/server.pem
	tls cafile = $DIR/ca.pem
	ldap server require strong auth = yes
[sysvol]
	path = $DIR/state/sysvol
	read only = No
[netlogon]
	path = $DIR/state/sysvol/ad.example.com/scripts
	read only = No
`
