// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {ComputeToken} from "../src/ComputeToken.sol";
import {same, vm} from "./Vm.sol";

contract ComputeTokenTest {
    address private constant VAULT = address(0xAA17);
    ComputeToken private token;

    function setUp() public {
        token = new ComputeToken(VAULT);
    }

    function test_namesItselfWithEighteenDecimals() public view {
        require(keccak256(bytes(token.name())) == keccak256("Airtime Compute Token"), "name");
        require(keccak256(bytes(token.symbol())) == keccak256("AIR"), "symbol");
        same(token.decimals(), 18, "decimals");
        same(token.totalSupply(), 0, "supply at birth");
    }

    function testFuzz_onlyTheVaultMintsAndBurns(address stranger, uint96 amount) public {
        vm.assume(stranger != VAULT);
        vm.expectRevert(_unauthorised(stranger, token.MINTER_ROLE()));
        vm.prank(stranger);
        token.mint(amount);
        vm.expectRevert(_unauthorised(stranger, token.BURNER_ROLE()));
        vm.prank(stranger);
        token.burn(amount);
    }

    function testFuzz_nobodyCanGiveARole(address stranger) public {
        bytes32 minter = token.MINTER_ROLE();
        address[2] memory callers = [stranger, VAULT];
        for (uint256 index = 0; index < 2; ++index) {
            vm.expectRevert(_unauthorised(callers[index], bytes32(0)));
            vm.prank(callers[index]);
            token.grantRole(minter, stranger);
        }
    }

    function testFuzz_theVaultBurnsOnlyItsOwn(uint96 minted, uint96 moved) public {
        vm.assume(moved <= minted);
        vm.prank(VAULT);
        token.mint(minted);
        vm.prank(VAULT);
        token.transfer(address(1), moved);
        vm.prank(VAULT);
        token.burn(minted - moved);
        same(token.balanceOf(address(1)), moved, "holder keeps his tokens");
        same(token.totalSupply(), moved, "supply");
    }

    function testFuzz_aPermitIsSpentOnce(uint256 key, uint96 amount) public {
        vm.assume(key != 0 && key < 2 ** 255);
        address owner = vm.addr(key);
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 permit = keccak256(abi.encode(typeHash, owner, address(this), uint256(amount), 0, block.timestamp));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), permit));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        token.permit(owner, address(this), amount, block.timestamp, v, r, s);
        same(token.allowance(owner, address(this)), amount, "allowance");
        try token.permit(owner, address(this), amount, block.timestamp, v, r, s) {
            revert("a permit was spent twice");
        } catch {}
    }

    function _unauthorised(address account, bytes32 role) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, account, role);
    }
}
