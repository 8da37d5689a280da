package slapd

// configuration is the server's: overlays that keep memberOf and references
// true, a password policy, and a bot that may write but is no administrator.
const configuration = `dn: cn=config
objectClass: olcGlobal
cn: config
olcTLSCACertificateFile: $DIR/ca.pem
olcTLSCertificateFile: $DIR/server.pem
olcTLSCertificateKeyFile: $DIR/server.key

dn: cn=module,cn=config
objectClass: olcModuleList
cn: module
olcModulePath: $MODULES
olcModuleLoad: back_mdb.la
olcModuleLoad: memberof.la
olcModuleLoad: refint.la
olcModuleLoad: ppolicy.la
olcModuleLoad: syncprov.la

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

$SCHEMA

dn: olcDatabase={-1}frontend,cn=config
objectClass: olcDatabaseConfig
objectClass: olcFrontendConfig
olcDatabase: {-1}frontend
olcSizeLimit: 500

dn: olcDatabase={0}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {0}config
olcRootDN: cn=config
olcRootPW: config-password

dn: olcDatabase={1}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {1}mdb
olcSuffix: dc=example,dc=com
olcRootDN: cn=root,dc=example,dc=com
olcRootPW: root-password
olcDbDirectory: $DIR/data
olcDbMaxSize: 268435456
olcDbNoSync: TRUE
olcDbIndex: objectClass eq
olcDbIndex: entryUUID eq
olcDbIndex: uid,mail,cn,displayName eq,sub
olcDbIndex: member,uniqueMember,memberUid,owner,manager,seeAlso eq
olcDbIndex: employeeNumber eq
$REPLICA
olcAccess: to attrs=userPassword by dn.exact="cn=offboard,ou=services,dc=example,dc=com" write by anonymous auth by self write by * none
olcAccess: to * by dn.exact="cn=offboard,ou=services,dc=example,dc=com" write by users read by * none
olcLimits: dn.exact="cn=offboard,ou=services,dc=example,dc=com" size.soft=500 size.hard=2000 size.pr=500 size.prtotal=unlimited

dn: olcOverlay=memberof,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcMemberOfConfig
olcOverlay: memberof
olcMemberOfRefInt: TRUE
olcMemberOfDangling: ignore

dn: olcOverlay=refint,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcRefintConfig
olcOverlay: refint
olcRefintAttribute: member
olcRefintAttribute: manager
olcRefintAttribute: owner
olcRefintNothing: cn=nobody,ou=services,dc=example,dc=com

dn: olcOverlay=ppolicy,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: ppolicy
olcPPolicyDefault: cn=default,ou=policies,dc=example,dc=com
olcPPolicyUseLockout: TRUE
olcPPolicyHashCleartext: TRUE

dn: olcOverlay=syncprov,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcSyncProvConfig
olcOverlay: syncprov
`

// follows makes a server a copy of the one at $FROM, which it keeps asking for news
// (RFC 4533) and looks for every second while it is gone.
const follows = `olcDbIndex: entryCSN eq
olcSyncrepl: rid=001 provider=ldap://$FROM bindmethod=simple binddn="cn=root,dc=example,dc=com" credentials=root-password searchbase="dc=example,dc=com" attrs="*,+" type=refreshAndPersist retry="1 +"
olcUpdateRef: ldap://$FROM
`
