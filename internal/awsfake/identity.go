package awsfake

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Credentials are long-lived credentials that sign calls to the server.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	AccountID       string
	Region          string // a region that is always enabled
}

// identity is who signs a call: the root user, a user or a session of a role.
type identity struct {
	account   *tenant
	arn       string // as sts:GetCallerIdentity answers it
	principal string // value of aws:PrincipalArn; for a session the ARN of the role
	id        string // unique id, with the session's name for a session
	user      *User  // nil for the root user and for sessions
	root      bool
	policies  []source // identity-based policies
	boundary  *source
	session   []source // session policies; without one the session is not narrowed
	chained   bool     // the session of a role
}

// source is a policy with its ARN; inline policies have none.
type source struct {
	arn   string
	rules *policy
}

// credential is what the server knows about an access key.
type credential struct {
	*identity
	secret  string
	token   string    // empty for a long-lived key
	expires time.Time // zero for a long-lived key
}

// keyring holds the access keys that can sign calls.
type keyring struct {
	mu   sync.RWMutex
	keys map[string]*credential
}

func (k *keyring) add(id string, c *credential) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[id] = c
}

func (k *keyring) find(id string) (*credential, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	c, ok := k.keys[id]
	return c, ok
}

// randomText returns n characters of the alphabet that AWS uses in ids.
func randomText(n int) string {
	text := rand.Text()
	for len(text) < n {
		text += rand.Text()
	}
	return text[:n]
}

// randomSecret has the length and the alphabet of a secret access key.
func randomSecret() string {
	b := make([]byte, 30)
	rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

// addWorldKeys lets every active key with a secret of an active account sign.
func (s *Server) addWorldKeys() error {
	for _, t := range s.tenants {
		if t.State != "ACTIVE" {
			continue
		}
		if keys := signingKeys(t.Root.Keys); len(keys) > 0 {
			s.addKeys(keys, s.rootIdentity(t))
		}
		for i := range t.Users {
			u := &t.Users[i]
			keys := signingKeys(u.Keys)
			if len(keys) == 0 {
				continue
			}
			who, err := s.userIdentity(t, u)
			if err != nil {
				return fmt.Errorf("read policies of user %s of account %s: %w", u.Name, t.ID, err)
			}
			s.addKeys(keys, who)
		}
	}
	return nil
}

func signingKeys(keys []AccessKey) []AccessKey {
	var list []AccessKey
	for _, k := range keys {
		if k.Active && k.Secret != "" {
			list = append(list, k)
		}
	}
	return list
}

func (s *Server) addKeys(keys []AccessKey, who *identity) {
	for _, k := range keys {
		s.keys.add(k.ID, &credential{identity: who, secret: k.Secret})
		if s.management.AccessKeyID == "" && who.account.ID == s.Organization.ManagementAccount && who.administrator() {
			s.management = s.credentialsOf(k.ID, k.Secret)
		}
	}
}

func (s *Server) credentialsOf(id, secret string) Credentials {
	return Credentials{id, secret, s.Organization.ManagementAccount, s.regions.global}
}

// administrator tells whether a user may do everything.
func (i *identity) administrator() bool {
	if i.user == nil || i.boundary != nil {
		return false
	}
	for _, p := range i.policies {
		if p.rules.administrator() {
			return true
		}
	}
	return false
}

// addAuditor makes an administrator of the management account who stands in no
// list of users.
func (s *Server) addAuditor() error {
	rules, err := parsePolicy([]byte(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`))
	if err != nil {
		return err
	}
	t := s.accounts[s.Organization.ManagementAccount]
	u := &User{ID: "AIDA" + randomText(17), Name: "auditor", Path: "/", Created: t.Joined}
	arn := s.iamARN(t.ID, "user", u.Path, u.Name)
	who := &identity{account: t, arn: arn, principal: arn, id: u.ID, user: u, policies: []source{{"", rules}}}
	s.management = s.credentialsOf("AKIA"+randomText(16), randomSecret())
	s.keys.add(s.management.AccessKeyID, &credential{identity: who, secret: s.management.SecretAccessKey})
	return nil
}

func (s *Server) rootIdentity(t *tenant) *identity {
	arn := s.rootUserARN(t.ID)
	return &identity{account: t, arn: arn, principal: arn, id: t.ID, root: true}
}

func (s *Server) userIdentity(t *tenant, u *User) (*identity, error) {
	arn := s.iamARN(t.ID, "user", u.Path, u.Name)
	who := &identity{account: t, arn: arn, principal: arn, id: u.ID, user: u}
	attached, inline := u.Attached, u.Inline
	for _, name := range u.Groups {
		if g, ok := t.groups[strings.ToLower(name)]; ok {
			attached = append(attached[:len(attached):len(attached)], g.Attached...)
			inline = append(inline[:len(inline):len(inline)], g.Inline...)
		}
	}
	return who, s.addPolicies(who, attached, inline, u.Boundary)
}

// roleIdentity is a session of a role, without its session policies.
func (s *Server) roleIdentity(t *tenant, r *Role, session string) (*identity, error) {
	who := &identity{
		account:   t,
		arn:       s.arn("sts", "", t.ID, "assumed-role/"+r.Name+"/"+session),
		principal: s.iamARN(t.ID, "role", r.Path, r.Name),
		id:        r.ID + ":" + session,
		chained:   true,
	}
	return who, s.addPolicies(who, r.Attached, r.Inline, r.Boundary)
}

func (s *Server) addPolicies(who *identity, attached []string, inline []InlinePolicy, boundary string) error {
	for _, arn := range attached {
		p, err := s.policy(who.account, arn)
		if err != nil {
			return err
		}
		who.policies = append(who.policies, p)
	}
	for _, p := range inline {
		rules, err := parsePolicy(p.Document)
		if err != nil {
			return fmt.Errorf("compile inline policy %s: %w", p.Name, err)
		}
		who.policies = append(who.policies, source{"", rules})
	}
	if boundary == "" {
		return nil
	}
	p, err := s.policy(who.account, boundary)
	who.boundary = &p
	return err
}
